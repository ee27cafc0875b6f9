"""Nothing outlives the server, nor a function its environment."""

import os
import signal
from collections.abc import Callable
from typing import Any

import psutil
import pytest

from dockerless.launcher.instance import Instance

from .deploy import create, eventually
from .test_invocation import running


@pytest.mark.parametrize("isolation", ["on", "off"])
def test_children_die_with_a_killed_server(launch: Callable[..., Any], isolation: str) -> None:
    marker = {"on": "87651", "off": "87652"}[isolation]
    instance = launch("--env", f"DOCKERLESS_ISOLATION={isolation}")
    function = create(instance.client("lambda"), Timeout=20)
    function("grandchild", marker=marker)
    assert running(marker), "the grandchild has to live on while its environment does"
    assert function("sleep", seconds=0).payload
    server = Instance(instance.directory).running()
    assert server
    descendants = psutil.Process(server.pid).children(recursive=True)
    assert descendants
    os.kill(server.pid, signal.SIGKILL)
    eventually(lambda: not any(process.is_running() for process in descendants), 5)
    assert not running(marker)
