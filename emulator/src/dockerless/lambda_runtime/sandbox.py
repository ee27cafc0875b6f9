"""A supervised process of one execution environment, seen from the server."""

import contextlib
import functools
import json
import logging
import os
import selectors
import subprocess
import sys
import tempfile
import threading
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

from dockerless.lambda_runtime.process_output import ProcessOutput

LOG = logging.getLogger(__name__)
_SUPERVISOR = Path(__file__).with_name("supervisor.py")
_KILL_SECONDS = 5.0


@dataclass(frozen=True)
class Task:
    """What a supervisor runs. ``mounts`` are (source, target, "ro" or "rw"); ``root`` is an empty folder to
    build the private root in, or None to share the machine's file system."""

    argv: Sequence[str]
    cwd: str
    env: Mapping[str, str]
    mounts: Sequence[tuple[str, str, str]] = ()
    root: str | None = None


class Sandbox:
    """A running task. ``on_exit`` is called once, from another thread, with what the supervisor reported:
    ``exit N``, ``signal N`` or ``error TEXT``; ``peak_bytes`` is then the most memory that was resident, or 0
    if that is not known."""

    def __init__(self, task: Task, on_exit: Callable[[str], None]) -> None:
        status_in, status_out = os.pipe()
        self._process = subprocess.Popen(
            [sys.executable, "-E", "-s", "-S", str(_SUPERVISOR), str(status_out)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            pass_fds=(status_out,),
            env={},
            start_new_session=True,
        )
        os.close(status_out)
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        self.pid = self._process.pid
        self.peak_bytes = 0
        self.output = ProcessOutput(self._process.stdout.fileno())
        self._status = os.fdopen(status_in, "rb", buffering=0)
        self._on_exit = on_exit
        threading.Thread(target=self._watch, name=f"lambda-watch-{self.pid}", daemon=True).start()
        with contextlib.suppress(BrokenPipeError):
            self._process.stdin.write(json.dumps(asdict(task)).encode() + b"\n")
            self._process.stdin.flush()

    def kill(self) -> None:
        """Kill the task with all its descendants and wait until they are gone."""
        assert self._process.stdin is not None
        with contextlib.suppress(OSError):
            self._process.stdin.close()  # the order to the supervisor
        try:
            self._process.wait(_KILL_SECONDS)
        except subprocess.TimeoutExpired:
            LOG.warning("supervisor %s did not end its function in %s s", self.pid, _KILL_SECONDS)
            self._process.kill()
            self._process.wait()

    def _watch(self) -> None:
        """Keep the output pipe empty, and wait for the end."""
        with selectors.DefaultSelector() as selector:
            selector.register(self.output.fd, selectors.EVENT_READ)
            selector.register(self._status, selectors.EVENT_READ)
            while not any(key.fileobj is self._status for key, _ in selector.select()):
                if not self.output.read_available():
                    selector.unregister(self.output.fd)
        report = self._status.readline().decode().strip() or "signal 9"
        self.peak_bytes = int(self._status.readline() or 0) * 1024
        self._status.close()
        self._process.wait()
        self.output.read_available()
        self._on_exit(report)
        # Only now: whoever is told of the exit may still take the output.
        assert self._process.stdout is not None
        self.output.close(self._process.stdout)


@functools.cache
def can_isolate() -> bool:
    """Tell, by trying it once, whether the kernel grants private mount and process namespaces."""
    if os.environ.get("DOCKERLESS_ISOLATION") == "off":
        return False
    ended = threading.Event()
    reports: list[str] = []

    def on_exit(report: str) -> None:
        reports.append(report)
        ended.set()

    with tempfile.TemporaryDirectory() as folder:
        code, root = Path(folder, "code"), Path(folder, "root")
        code.mkdir()
        root.mkdir()
        task = Task(["/bin/sh", "-c", "cd /var/task"], "/", {}, [(str(code), "/var/task", "ro")], str(root))
        sandbox = Sandbox(task, on_exit)
        ended.wait(_KILL_SECONDS)
        sandbox.kill()
    if reports != ["exit 0"]:
        LOG.warning("functions run without private namespaces: %s", reports)
    return reports == ["exit 0"]
