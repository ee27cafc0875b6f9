"""One LocalStack instance: its process, its state file, and waiting for it."""

import contextlib
import fcntl
import json
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import asdict, dataclass
from pathlib import Path

import psutil
import requests

from dockerless.launcher.settings import Settings, clear_volatile, server_environment

_POLL_SECONDS = 0.05
_END_SECONDS = 5.0


class LaunchError(Exception):
    """The instance could not be started; the message says why."""


class PortTaken(LaunchError):
    """Another process listens on the port."""


@dataclass(frozen=True)
class Running:
    """What the state file holds; ``created`` (seconds since the epoch) tells a reused pid from ours."""

    pid: int
    created: float
    port: int

    @property
    def endpoint(self) -> str:
        return f"http://127.0.0.1:{self.port}"


class Instance:
    """The instance whose state is all under ``directory``."""

    def __init__(self, directory: Path) -> None:
        self.directory = directory
        self.log = directory / "server.log"
        self._state = directory / "state.json"

    def running(self) -> Running | None:
        """Return the live server, or None."""
        try:
            state = Running(**json.loads(self._state.read_text()))
            process = psutil.Process(state.pid)
            # Clock corrections move the creation time by a little.
            same = abs(process.create_time() - state.created) < 2
            return state if same and process.status() != psutil.STATUS_ZOMBIE else None
        except (OSError, ValueError, TypeError, psutil.NoSuchProcess):
            return None

    def start(self, settings: Settings, timeout: float) -> Running:
        """Start the server and wait until it answers; return the running one if there is one already.

        Raises PortTaken or LaunchError; ``timeout`` is in seconds.
        """
        self.directory.mkdir(parents=True, exist_ok=True)
        with self._locked():
            if running := self.running():
                return running
            _require_free(settings.port)
            clear_volatile(self.directory)
            with self.log.open("ab") as log:
                process = subprocess.Popen(
                    [sys.executable, "-m", "localstack.runtime.main"],
                    cwd=self.directory,
                    env=server_environment(settings),
                    stdin=subprocess.DEVNULL,
                    stdout=log,
                    stderr=log,
                    start_new_session=True,
                )
            running = Running(process.pid, psutil.Process(process.pid).create_time(), settings.port)
            self._state.write_text(json.dumps(asdict(running)))
            self._wait_ready(process, running, timeout)
            return running

    def stop(self, grace: float = 0.5) -> bool:
        """Stop the server and all its children; return whether it was running.

        LocalStack takes up to 9 s to end by itself. It has nothing to save, so after ``grace`` seconds it
        is killed.
        """
        if not (running := self.running()):
            return False
        server = psutil.Process(running.pid)
        family = [server, *server.children(recursive=True)]
        self._signal(running.pid, signal.SIGTERM)
        psutil.wait_procs([server], grace)
        self._signal(running.pid, signal.SIGKILL)  # its whole process group
        _, alive = psutil.wait_procs(family, _END_SECONDS)  # functions end when they notice
        for process in alive:
            with contextlib.suppress(psutil.NoSuchProcess):
                process.kill()
        self._state.unlink(missing_ok=True)
        return True

    def tail(self, lines: int = 20) -> str:
        """Return the last lines of the server's log."""
        if not self.log.exists():
            return ""
        return "\n".join(self.log.read_text(errors="replace").splitlines()[-lines:])

    @contextlib.contextmanager
    def _locked(self) -> Iterator[None]:
        with (self.directory / "lock").open("w") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            yield

    def _wait_ready(self, process: subprocess.Popen[bytes], running: Running, timeout: float) -> None:
        def ready() -> bool:
            if process.poll() is not None:
                raise LaunchError(f"the server ended with status {process.returncode}\n{self.tail()}")
            return _healthy(running.endpoint)

        try:
            if not _await(ready, timeout):
                raise LaunchError(f"the server was not ready after {timeout:g} s\n{self.tail()}")
        except LaunchError:
            self._signal(process.pid, signal.SIGKILL)
            process.wait()
            self._state.unlink(missing_ok=True)
            raise

    @staticmethod
    def _signal(group: int, number: signal.Signals) -> None:
        with contextlib.suppress(ProcessLookupError):
            os.killpg(group, number)


def _require_free(port: int) -> None:
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", port))
        except OSError as error:
            raise PortTaken(f"port {port} on 127.0.0.1 cannot be used: {error.strerror}") from error


def _healthy(endpoint: str) -> bool:
    try:
        return requests.get(f"{endpoint}/_localstack/health", timeout=1).ok
    except requests.RequestException:
        return False


def _await(condition: Callable[[], bool], timeout: float) -> bool:
    deadline = time.monotonic() + timeout
    while time.monotonic() < deadline:
        if condition():
            return True
        time.sleep(_POLL_SECONDS)
    return False
