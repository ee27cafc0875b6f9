"""Turning the end of an execution into the end of a run."""

import logging
import random
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Annotated, Any, Literal

from pydantic import Field, ValidationError

from nightshift import transitions
from nightshift.content import registry
from nightshift.content.usage import usage_of
from nightshift.errors import field_errors
from nightshift.executions import Execution, message_in
from nightshift.job_types import JOB_TYPES
from nightshift.log_keys import about
from nightshift.models.base import Model
from nightshift.models.job import Artifact, Job, JobError, Resume
from nightshift.models.run import Run, Step
from nightshift.models.status import RETRYABLE, ErrorCode, JobStatus, RunStatus, StepStatus
from nightshift.store.reads import find_job, find_run, list_steps
from nightshift.store.write import tries

logger = logging.getLogger(__name__)

_BACKOFF_BASE = timedelta(seconds=10)
_BACKOFF_CAP = timedelta(minutes=10)
_MESSAGE_LENGTH = 500
_NOTHING_NEW = 6

_CODES = {
    "InputError": ErrorCode.INPUT,
    "ProviderUnreachable": ErrorCode.PROVIDER,
    "ProviderError": ErrorCode.PROVIDER,
    "CliTimeout": ErrorCode.TIMEOUT,
    "Sandbox.Timedout": ErrorCode.TIMEOUT,
    "States.Timeout": ErrorCode.TIMEOUT,
    "States.HeartbeatTimeout": ErrorCode.TIMEOUT,
    "DiskError": ErrorCode.DISK,
    "Lambda.TooManyRequestsException": ErrorCode.THROTTLED,
    "Cancelled": ErrorCode.CANCELLED,
    # Neither can become right by trying again.
    "StartRefused": ErrorCode.INPUT,
    "States.DataLimitExceeded": ErrorCode.INPUT,
}

LOST = Execution(status="LOST", error="Lost", cause="The execution no longer exists; its worker is lost.")


class ContendedError(Exception):
    """The run could not be ended for other writers; the event has to be delivered again."""


@dataclass(frozen=True, slots=True)
class _End:
    status: RunStatus
    exit_code: int | None = None
    error: JobError | None = None


class _Told(Model):
    """What a state machine may say in its output of how the run ended."""

    outcome: Literal[RunStatus.COMPLETED, RunStatus.SKIPPED, RunStatus.FAILED, RunStatus.CANCELLED]
    exit_code: Annotated[int, Field(ge=-(2**31), lt=2**31)] | None = None


def finish(job_id: str, run_number: int, execution: Execution, now: datetime) -> bool:
    """End the run as its execution ended; False if it had ended already.

    Raises:
        ContendedError: other writers were in the way each time.
    """
    for _ in tries():
        job, run = find_job(job_id), find_run(job_id, run_number)
        if job is None or run is None or job.status is not JobStatus.RUNNING or run.status is not RunStatus.RUNNING:
            return False
        steps = list_steps(run, job.recorded_steps)
        end = _end_of(job, run, steps, execution)
        retry_at = _retry_at(job, end, now)
        waits = end.status is RunStatus.COMPLETED and _is_followed(run)
        carried = run.resume.artifacts if run.resume else ()
        ended = transitions.end_run(
            job,
            run,
            end.status,
            now,
            exit_code=end.exit_code,
            error=end.error,
            artifacts=_artifacts(steps),
            carried=carried,
            retry_at=retry_at,
            waits=waits,
            resume=_resume(run, steps) if waits or end.status in (RunStatus.FAILED, RunStatus.CANCELLED) else None,
            usage=usage_of(steps),
            registered=registry.writes_of(run, steps, now),
        )
        if ended:
            logger.info("run ended", extra=about(run) | {"status": end.status})
            return True
    raise ContendedError(f"run {run_number} of job {job_id} could not be ended; try again")


def _end_of(job: Job, run: Run, steps: list[Step], execution: Execution) -> _End:
    if execution.status == "SUCCEEDED" and (told := _told_in(execution.output)):
        return told
    if _all_done(steps):
        # The worker did all it was asked to, and died before it could say so or was in a task, which cannot: doing more
        # would be too much.
        return _End(*_outcome(run, steps))
    if execution.status == "SUCCEEDED":
        return _End(RunStatus.COMPLETED)
    failed = next((step for step in reversed(steps) if step.status is StepStatus.FAILED), None)
    exit_code = failed.exit_code if failed else None
    error = failed.error if failed and failed.error else _error_of(execution)
    # An abort without a request of ours came from the console: somebody wanted the run to stop.
    if job.cancel_requested_at or execution.status == "ABORTED" or error.code is ErrorCode.CANCELLED:
        return _End(RunStatus.CANCELLED, exit_code)
    return _End(RunStatus.FAILED, exit_code, error)


def _told_in(output: Any) -> _End | None:
    """The end that a state machine's output tells of, if any; one that makes no sense is the machine's failure."""
    if not isinstance(output, dict) or "outcome" not in output:
        return None
    try:
        told = _Told.model_validate(output)
    except ValidationError as error:
        wrong = "; ".join(f"{place['loc']}: {place['msg']}" for place in field_errors(error.errors()))
        return _End(RunStatus.FAILED, error=JobError(code=ErrorCode.CRASH, message=f"The output is amiss: {wrong}"))
    return _End(told.outcome, told.exit_code)


def _all_done(steps: list[Step]) -> bool:
    return bool(steps) and steps[-1].status is StepStatus.DONE and not steps[-1].more


def _is_followed(run: Run) -> bool:
    """Whether others of the job's steps follow the one that was all the run had to do."""
    return run.resume is not None and run.resume.alone and run.resume.iteration + 1 < len(JOB_TYPES[run.type].steps)


def _outcome(run: Run, steps: list[Step]) -> tuple[RunStatus, int]:
    """How a run whose steps are all done ended, with the exit code that says so."""
    if _resume(run, steps).made:
        return RunStatus.COMPLETED, 0
    return RunStatus.SKIPPED, _NOTHING_NEW


def _error_of(execution: Execution) -> JobError:
    """What the platform reported, for a worker that could not record its own failure."""
    if execution is LOST:
        return JobError(code=ErrorCode.LOST, message=execution.cause or "")
    if execution.status == "TIMED_OUT":
        return JobError(code=ErrorCode.TIMEOUT, message="The execution ran past its time.")
    code = _CODES.get(execution.error or "", ErrorCode.CRASH)
    message = message_in(execution.cause) or execution.error or "The worker ended without a word."
    return JobError(code=code, message=message[-_MESSAGE_LENGTH:])


def _artifacts(steps: list[Step]) -> tuple[Artifact, ...]:
    return tuple(artifact for step in steps for artifact in step.artifacts)


def _retry_at(job: Job, end: _End, now: datetime) -> datetime | None:
    """When the next attempt may begin: after 10·2^(n-1) s with full jitter, at most 10 minutes; None for never.

    Full jitter as in "Exponential Backoff And Jitter", AWS Architecture Blog, 2015.
    """
    if end.error is None or end.error.code not in RETRYABLE or job.attempts >= job.max_attempts:
        return None
    backoff: timedelta = min(_BACKOFF_CAP, _BACKOFF_BASE * 2 ** (job.attempts - 1))
    return now + backoff * random.random()


def _resume(run: Run, steps: list[Step]) -> Resume:
    """Where the next attempt goes on: after the iterations that this attempt and those before it finished."""
    before = run.resume or Resume(started_at=run.started_at)
    done = [step for step in steps if step.status is StepStatus.DONE]
    skipped = sum(step.exit_code != 0 for step in done)
    return Resume(
        iteration=before.iteration + len(done),
        made=before.made + len(done) - skipped,
        skipped=before.skipped + skipped,
        started_at=before.started_at or run.started_at,
        artifacts=before.artifacts + _artifacts(done),
        alone=before.alone,
        overrides=before.overrides,
    )
