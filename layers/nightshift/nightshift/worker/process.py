"""Runs a program in a process group of its own, passes its output on, and leaves nothing behind."""

import contextlib
import errno
import os
import selectors
import signal
import socket
import subprocess
import threading
import time
from collections.abc import Callable, Mapping, Sequence
from enum import Enum
from math import inf
from pathlib import Path

from nightshift.worker.errors import CliCrash, InputError
from nightshift.worker.outcome import EXIT_TERMINATED, Ended, Stop

_READ_SIZE = 65_536


class Stream(Enum):
    STDOUT = "stdout"
    STDERR = "stderr"


type Feed = Callable[[Stream, bytes], None]


class Supervisor:
    """Watches over one program. Any thread may call ``stop`` while another is in ``run``.

    ``grace`` is how many seconds the process group has between SIGTERM and SIGKILL; ``drain`` how long the
    last output is waited for when a process that left the group still holds the pipes.
    """

    def __init__(self, grace: float, drain: float) -> None:
        self._grace = grace
        self._drain = drain
        self._reason: Stop | None = None
        self._exited = threading.Event()
        self._bell, self._bell_rope = socket.socketpair()
        self._bell.setblocking(False)

    @property
    def stopped(self) -> Stop | None:
        return self._reason

    def stop(self, reason: Stop) -> None:
        """Ends the program: at once when fenced, else with grace. The first reason stands."""
        if self._reason is None or reason is Stop.FENCED:
            self._reason = reason
            self._ring()

    def run(
        self,
        argv: Sequence[str],
        *,
        cwd: Path,
        env: Mapping[str, str],
        deadline: float,
        feed: Feed,
    ) -> Ended:
        """Runs the program to its end; ``deadline`` is a time of ``time.monotonic()``.

        Raises:
            InputError: an argument cannot be passed to any program (too long, or it holds a NUL).
            CliCrash: the program could not be started.
        """
        if self._reason:
            return Ended(EXIT_TERMINATED, stopped=self._reason)
        process = _start(argv, cwd, env)
        assert process.stdout is not None
        assert process.stderr is not None
        threading.Thread(target=self._await_exit, args=(process.pid,), daemon=True).start()
        with process.stdout, process.stderr, selectors.DefaultSelector() as selector:
            selector.register(self._bell, selectors.EVENT_READ)
            selector.register(process.stdout, selectors.EVENT_READ, Stream.STDOUT)
            selector.register(process.stderr, selectors.EVENT_READ, Stream.STDERR)
            self._watch(process.pid, selector, deadline, feed)
            # The leader is not reaped yet, so its id cannot belong to another group.
            _signal_group(process.pid, signal.SIGKILL)
            code = process.wait()
            self._read_rest(selector, feed)
        if code < 0:
            return Ended(128 - code, signal=-code, stopped=self._reason)
        return Ended(code, stopped=self._reason)

    def close(self) -> None:
        """Lets go of the supervisor's own file descriptors."""
        self._bell.close()
        self._bell_rope.close()

    def _watch(self, group: int, selector: selectors.BaseSelector, deadline: float, feed: Feed) -> None:
        """Until the program has exited, by itself or because its time was up."""
        kill_at = inf
        terminated = False
        while not self._exited.is_set():
            now = time.monotonic()
            if self._reason is None and now >= deadline:
                self._reason = Stop.TIMEOUT
            if self._reason is Stop.FENCED or now >= kill_at:
                _signal_group(group, signal.SIGKILL)
                kill_at = inf
            elif self._reason and not terminated:
                _signal_group(group, signal.SIGTERM)
                terminated = True
                kill_at = now + self._grace
            until = min(kill_at, inf if self._reason else deadline)
            self._pass_on(selector, feed, None if until == inf else max(until - now, 0))

    def _pass_on(self, selector: selectors.BaseSelector, feed: Feed, timeout: float | None) -> None:
        for key, _ in selector.select(timeout):
            if key.data is None:
                with contextlib.suppress(BlockingIOError):
                    self._bell.recv(_READ_SIZE)
            elif data := os.read(key.fd, _READ_SIZE):
                feed(key.data, data)
            else:
                selector.unregister(key.fileobj)

    def _read_rest(self, selector: selectors.BaseSelector, feed: Feed) -> None:
        until = time.monotonic() + self._drain
        while len(selector.get_map()) > 1 and (left := until - time.monotonic()) > 0:
            self._pass_on(selector, feed, left)

    def _await_exit(self, pid: int) -> None:
        # WNOWAIT leaves the process a zombie, so that its group can still be signalled safely.
        with contextlib.suppress(ChildProcessError):  # reaped already, by one who ignores SIGCHLD
            os.waitid(os.P_PID, pid, os.WEXITED | os.WNOWAIT)
        self._exited.set()
        self._ring()

    def _ring(self) -> None:
        with contextlib.suppress(OSError):  # closed: the program has ended already
            self._bell_rope.send(b"!")


def _start(argv: Sequence[str], cwd: Path, env: Mapping[str, str]) -> subprocess.Popen[bytes]:
    try:
        return subprocess.Popen(
            argv,
            cwd=cwd,
            env=env,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            start_new_session=True,
        )
    except ValueError as error:  # a NUL, or a character that has no encoding
        raise InputError(f"An argument cannot be passed to a program: {error}") from error
    except OSError as error:
        if error.errno == errno.E2BIG:
            raise InputError("The arguments are too long for a program.") from error
        raise CliCrash(f"The program could not be started: {error}") from error


def _signal_group(group: int, number: signal.Signals) -> None:
    with contextlib.suppress(ProcessLookupError, PermissionError):
        os.killpg(group, number)
