"""Emulators of a test or bench run's own: a free port, a directory each, nothing left behind."""

import os
import shutil
import socket
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from scripts import emulator
from scripts.workspace import LOCAL, Instance

RUNS = LOCAL / "test-stack"


@contextmanager
def own_instance() -> Iterator[Instance]:
    """An instance of this process, not started yet; stopped and removed at the end."""
    RUNS.mkdir(parents=True, exist_ok=True)
    _remove_abandoned()
    home = Path(tempfile.mkdtemp(prefix=f"{os.getpid()}-", dir=RUNS))
    try:
        yield Instance(home / "stack", _free_port())
    finally:
        _remove(home)


def _remove_abandoned() -> None:
    """What a killed run could not clean up."""
    for home in RUNS.glob("*"):
        if not _is_alive(int(home.name.partition("-")[0])):
            _remove(home)


def _remove(home: Path) -> None:
    instance = Instance(home / "stack", port=0)
    if emulator.is_running(instance):
        emulator.stop(instance)
    shutil.rmtree(home)


def _is_alive(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return True


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])
