"""One step of a job, from the first write to the last."""

import os
import signal
import sys
import tempfile
import time
from collections.abc import Sequence
from contextlib import closing
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from nightshift.clients import s3
from nightshift.clock import now, rfc3339
from nightshift.logs import segment_name
from nightshift.settings import settings
from nightshift.worker.artifacts import StoredArtifact, store_artifacts
from nightshift.worker.errors import Fenced, StepError
from nightshift.worker.joblog import JobLog
from nightshift.worker.outcome import EXIT_NOTHING_NEW, Ended, Stop, failure
from nightshift.worker.output import Output
from nightshift.worker.process import Supervisor
from nightshift.worker.record import StepEnd, StepRecord
from nightshift.worker.reporter import Reporter
from nightshift.worker.summary import bounded, parse_summary
from nightshift.worker.task import Plan, Task

_MESSAGE_CHARACTERS = 500
# The emulator says so in the first environment of an image that it left unbuilt until then.
_BUILD_SECONDS = "DOCKERLESS_BUILD_SECONDS"


@dataclass(frozen=True, slots=True)
class Timing:
    """Seconds.

    ``heartbeat`` bounds how long a cancel stays unseen and a log line unpublished. ``grace`` lies between
    SIGTERM and SIGKILL. ``reserve`` is kept of Lambda's time for ending the program and storing its work.
    """

    heartbeat: float = 1.0
    progress_every: float = 2.0
    grace: float = 10.0
    drain: float = 1.0
    reserve: float = 20.0


class StepRunner:
    """Runs ``program`` with the plan's arguments as the task's step.

    ``program`` is the command line up to and including the command; ``--out=DIR`` and the plan's arguments
    follow. No shell sees any of it.
    """

    def __init__(self, task: Task, program: Sequence[str], plan: Plan, timing: Timing | None = None) -> None:
        self._task = task
        self._program = program
        self._plan = plan
        self._timing = timing or Timing()
        self._record = StepRecord(task)
        started_ms = int(self._record.started_at.timestamp() * 1000)
        self._segment = segment_name(started_ms, task.step, task.iteration)
        self._log = JobLog(s3(), settings().bucket_name, task.run.prefix, self._segment, _log_context(task))
        self._output = Output(self._log.add)
        self._supervisor = Supervisor(self._timing.grace, self._timing.drain)

    def run(self, remaining_seconds: float) -> dict[str, Any]:
        """Returns what the state machine goes on with; ``remaining_seconds`` is what Lambda has left.

        Raises:
            StepError: the step failed; the class says how, the text is the end of the log.
        """
        limit = min(self._task.run.timeout_seconds, remaining_seconds - self._timing.reserve)
        deadline = time.monotonic() + limit
        if self._record.start():
            self._supervisor.stop(Stop.CANCELLED)
        with tempfile.TemporaryDirectory(prefix="step-", ignore_cleanup_errors=True) as scratch:
            out = Path(scratch, "out")
            out.mkdir()
            ended, failed = self._run_program(Path(scratch), out, deadline)
            if failed is Fenced:
                raise Fenced(f"Run {self._task.run.run_id} is no longer live; its program was killed.")
            artifacts = store_artifacts(s3(), settings().bucket_name, self._task.run.prefix, out, note=self._log.add)
        return self._finish(ended, failed, artifacts)

    def _run_program(self, scratch: Path, out: Path, deadline: float) -> tuple[Ended | None, type[StepError] | None]:
        for name, content in self._plan.files.items():
            (scratch / name).write_bytes(content)
        if built_for := os.environ.pop(_BUILD_SECONDS, None):
            self._log.add(f"The program's environment was built for this job, in {built_for} s.")
        for line in self._plan.notes:
            self._log.add(line)
        reporter = Reporter(
            heartbeat=self._timing.heartbeat,
            progress_every=self._timing.progress_every,
            record=self._record,
            log=self._log,
            progress=self._progress,
            stop=self._supervisor.stop,
        )
        try:
            with closing(self._supervisor), reporter:
                ended = self._supervisor.run(
                    [*self._program, f"--out={out}", *self._plan.arguments],
                    cwd=scratch,
                    env=_environment(scratch) | dict(self._plan.environment),
                    deadline=deadline,
                    feed=self._output.feed,
                )
        except StepError as error:
            self._log.add(str(error))
            return None, type(error)
        self._output.close()
        if self._supervisor.stopped is Stop.FENCED:  # perhaps seen only after the program had ended by itself
            return ended, Fenced
        failed = failure(ended, self._log.end_lines())
        if note := _note(ended):
            self._log.add(note)
        return ended, failed

    def _finish(
        self, ended: Ended | None, failed: type[StepError] | None, artifacts: list[StoredArtifact]
    ) -> dict[str, Any]:
        self._log.finish()
        summary_key = f"{self._task.run.prefix}steps/{self._segment}.json"
        summary = parse_summary(self._output.last_stdout_line)
        summary = bounded(summary, s3(), settings().bucket_name, summary_key)
        started_at = self._task.started_at or self._record.started_at
        more = not failed and not self._task.alone and self._plan.has_more(self._task.iteration, started_at, now())
        percent, message = self._progress() or (0, "")
        if not failed:
            percent = self._plan.overall_percent(self._task.iteration, 100) if more else 100
        left = self._plan.seconds_left(self._task.iteration, self._task.run.timeout_seconds) if more else 0
        exit_code = ended.exit_code if ended else None
        words = self._log.tail(_MESSAGE_CHARACTERS) or f"No word, but exit code {exit_code}."
        self._record.finish(
            StepEnd(summary, artifacts, percent, message, exit_code, failed.code if failed else None, words, more, left)
        )
        if failed:
            raise failed(words)
        nothing_new = exit_code == EXIT_NOTHING_NEW
        made = self._task.made + (not nothing_new)
        return {
            "outcome": "COMPLETED" if made else "SKIPPED",
            "exit_code": 0 if made else EXIT_NOTHING_NEW,
            "result": summary,
            "artifacts": [asdict(artifact) for artifact in artifacts],
            "more": more,
            "iteration": self._task.iteration + 1,
            "made": made,
            "skipped": self._task.skipped + nothing_new,
            "started_at": rfc3339(started_at),
        }

    def _progress(self) -> tuple[int, str] | None:
        """Of the whole step, as far as this iteration's program has told."""
        progress = self._output.progress
        if progress is None:
            return None
        iteration = self._task.iteration
        return self._plan.overall_percent(iteration, progress.percent), self._plan.message(iteration, progress.message)


def _environment(home: Path) -> dict[str, str]:
    """All that every program gets to see: no credentials, no names of tables."""
    # Without it Lambda's Python does not find its own library.
    libraries = {name: value for name, value in os.environ.items() if name == "LD_LIBRARY_PATH"}
    return libraries | {
        "PATH": f"{Path(sys.executable).parent}:/usr/local/bin:/usr/bin:/bin",
        "LANG": "C.UTF-8",
        "HOME": str(home),
        # What this process can import the program can import too, wherever the platform put it.
        "PYTHONPATH": os.pathsep.join(entry for entry in sys.path if entry),
    }


def _note(ended: Ended) -> str | None:
    """A last line for the log of a program that did not end by itself."""
    if ended.stopped is Stop.TIMEOUT:
        return "[stopped: its time was over]"
    if ended.stopped is Stop.CANCELLED:
        return "[stopped: the job was cancelled]"
    if ended.signal is not None:
        return f"[ended by {signal.Signals(ended.signal).name}]"
    return None


def _log_context(task: Task) -> dict[str, object]:
    run = task.run
    return {
        "job_id": run.job_id,
        "run_id": run.run_id,
        "tenant_id": run.tenant_id,
        "correlation_id": run.correlation_id,
        "step": task.step,
        "iteration": task.iteration,
    }
