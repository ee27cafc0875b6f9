"""The fallback where the kernel grants no private namespaces."""

from collections.abc import Callable
from typing import Any

import pytest

from .deploy import Function, create, eventually
from .test_invocation import running


@pytest.fixture(scope="module")
def plain(launch: Callable[..., Any]) -> Any:
    return launch("--env", "DOCKERLESS_ISOLATION=off").client("lambda")


@pytest.fixture(scope="module")
def function(plain: Any) -> Function:
    return create(plain, Timeout=2, MemorySize=512)


def test_real_paths_but_the_same_packages(function: Function) -> None:
    found = function("describe").payload
    assert found["cwd"] == found["env"]["LAMBDA_TASK_ROOT"] != "/var/task"
    assert found["env"]["TMPDIR"] == found["env"]["HOME"]
    assert function("importable", module="localstack").payload["errorType"] == "ModuleNotFoundError"
    assert function("sdk").payload == "000000000000"


def test_errors_show_the_paths_of_aws(function: Function) -> None:
    answer = function("boom")
    assert '"/var/task/probe.py"' in answer.payload["stackTrace"][-1]
    assert "/var/task/probe.py" in answer.log


def test_timeout_kills_also_what_left_the_process_tree(function: Function) -> None:
    marker = "76541"
    assert function("grandchild", marker=marker, seconds=30).payload["errorType"] == "Sandbox.Timedout"
    eventually(lambda: not running(marker))
