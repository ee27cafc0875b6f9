"""One execution environment: a sandbox with its Runtime API, warm between invocations."""

import contextlib
import logging
import queue
import shutil
import time
from collections.abc import Mapping
from pathlib import Path

import psutil

from dockerless.lambda_runtime import outcomes
from dockerless.lambda_runtime.memory import MemoryWatch, children_of, resident_bytes
from dockerless.lambda_runtime.outcomes import Outcome
from dockerless.lambda_runtime.runtime_api import Happening, Invocation, Kind, RuntimeApi
from dockerless.lambda_runtime.sandbox import Sandbox, can_isolate
from dockerless.lambda_runtime.view import Program, real_to_seen, task_for

LOG = logging.getLogger(__name__)
# AWS gives the init phase 10 s of its own; what it takes longer counts against the function's timeout.
_INIT_SECONDS = 10.0
# A runtime that has reported a failed start ends by itself; until then its use of memory is not known.
_EXIT_SECONDS = 1.0
_memory = MemoryWatch()


class EnvironmentGone(Exception):
    """The process had ended by itself since its last invocation; the new one never reached it."""


class Environment:
    """A process that handles one invocation at a time; once ``usable`` is False it handles no more."""

    def __init__(
        self, program: Program, base: Mapping[str, str], own: Mapping[str, str], scratch: Path, memory_mb: int
    ) -> None:
        self._program = program
        self._scratch = scratch
        self._isolated = can_isolate()
        for name in ("tmp", "opt", "root"):
            (scratch / name).mkdir(parents=True)
        self._api = RuntimeApi()
        self._out_of_memory = False
        self._ready = False
        self._failure: Happening | None = None
        self.usable = True
        self.peak_bytes = 0
        task = task_for(program, base, own, self._api.address, scratch, self._isolated)
        self._sandbox = Sandbox(task, self._exited)
        self._limit = memory_mb * 2**20
        self._top: psutil.Process | None = None

    def boot(self) -> float | None:
        """Wait for the end of the init phase, 10 s at most; return its seconds, or None if it goes on."""
        started = time.monotonic()
        with _memory.watching(self._check_memory):
            self._await_init(_INIT_SECONDS)
        return time.monotonic() - started if self._ready or self._failure else None

    def init_failure(self, request_id: str) -> Outcome | None:
        """Return the answer to ``request_id`` if the init phase failed."""
        return self._outcome(self._failure, request_id) if self._failure else None

    def invoke(self, request_id: str, payload: bytes, arn: str, trace_id: str, timeout: float) -> Outcome:
        """Have the function handle ``payload`` within ``timeout`` seconds. May raise EnvironmentGone."""
        deadline = time.monotonic() + timeout
        self._api.invocations.put(
            Invocation(request_id, payload, arn, int((time.time() + timeout) * 1000), trace_id)
        )
        with _memory.watching(self._check_memory):
            happening = self._next(deadline)
        self._note_memory()
        if happening is None:
            self.close()
            return outcomes.timed_out(request_id, timeout)
        if happening.kind is Kind.EXIT and self._ready and not self._api.invocations.empty():
            self.close()
            raise EnvironmentGone
        return self._outcome(happening, request_id)

    def take_output(self) -> str:
        """Return what the function printed since the last call."""
        text = self._sandbox.output.take()
        return text if self._isolated else real_to_seen(text.encode(), self._program).decode()

    def close(self) -> None:
        """Kill the function's processes and forget its files."""
        self.usable = False
        self._api.close()
        self._sandbox.kill()
        shutil.rmtree(self._scratch, ignore_errors=True)

    def _await_init(self, seconds: float) -> None:
        try:
            happening = self._api.happenings.get(timeout=seconds)
        except queue.Empty:
            return
        if happening.kind is Kind.READY:
            self._ready = True
        else:
            self._failure = happening

    def _next(self, deadline: float) -> Happening | None:
        """Return what ends the invocation; None when the time is over."""
        while True:
            try:
                happening = self._api.happenings.get(timeout=max(deadline - time.monotonic(), 0))
            except queue.Empty:
                return None
            if happening.kind is not Kind.READY:
                return happening

    def _outcome(self, happening: Happening, request_id: str) -> Outcome:
        body = happening.body if self._isolated else real_to_seen(happening.body, self._program)
        match happening.kind:
            case Kind.RESPONSE:
                return Outcome(happening.body)
            case Kind.ERROR:
                return Outcome(body, is_error=True)
            case Kind.TOO_LARGE:
                return outcomes.too_large(int(body))
            case Kind.INIT_ERROR:
                self._next(time.monotonic() + _EXIT_SECONDS)
                self._end()
                return Outcome(body, is_error=True, failure="Runtime.Unknown")
            case _:
                self._end()
                return outcomes.exited(request_id, body.decode(), self._out_of_memory)

    def _end(self) -> None:
        """Close, and take over how much memory the processes had: they may have ended before any look."""
        self.close()
        self.peak_bytes = max(self.peak_bytes, self._sandbox.peak_bytes)

    def _exited(self, report: str) -> None:
        self.usable = False
        self._api.happenings.put(Happening(Kind.EXIT, report.encode()))

    def _check_memory(self) -> None:
        top = self._function_process()
        if top is None:
            return
        used = resident_bytes(top.pid)
        self.peak_bytes = max(self.peak_bytes, used)
        if used > self._limit:
            LOG.info("environment %s uses %s MB: killed", self._scratch.name, used // 2**20)
            self._out_of_memory = True
            self._sandbox.kill()

    def _note_memory(self) -> None:
        """Look at the function's own process alone: cheap enough for every invocation."""
        with contextlib.suppress(psutil.NoSuchProcess):
            if top := self._function_process():
                self.peak_bytes = max(self.peak_bytes, top.memory_info().rss)

    def _function_process(self) -> psutil.Process | None:
        """Return the topmost process of the function itself, if it has been started."""
        if self._top is None:
            with contextlib.suppress(OSError, psutil.NoSuchProcess):
                children = children_of(self._sandbox.pid)
                if (
                    children and self._isolated
                ):  # the first process of the namespace is the supervisor's second half
                    children = children_of(children[0])
                self._top = psutil.Process(children[0]) if children else None
        return self._top
