"""Step Functions executions: one per run, named by the run's id."""

import json
from dataclasses import dataclass
from typing import Any

from nightshift.clients import stepfunctions
from nightshift.clock import rfc3339
from nightshift.job_types import IN_LAMBDA_AT_MOST, JOB_TYPES
from nightshift.models.job import Job, Resume
from nightshift.models.run import Run, Step
from nightshift.settings import settings
from nightshift.store.keys import run_key
from nightshift.store.reads import latest_done
from nightshift.store.recorded import recorded_steps
from nightshift.store.write import Update

_IN_TASK = "in-task"


@dataclass(frozen=True, slots=True)
class Execution:
    """How an execution stands. ``status`` is Step Functions' own word: RUNNING, SUCCEEDED, FAILED, …

    ``input`` and ``output`` are any JSON values: whoever wrote or started the state machine chose them.
    """

    status: str
    input: Any = None
    output: Any = None
    error: str | None = None
    cause: str | None = None

    @property
    def has_ended(self) -> bool:
        return self.status not in ("RUNNING", "PENDING_REDRIVE")


class StartRefusedError(Exception):
    """Step Functions will never start this execution."""


def machine_of(job_type: str, timeout_seconds: int) -> str:
    """The ARN of the state machine that runs such a job: its type's, or the one for what is too long for Lambda."""
    return settings().state_machine_prefix + (_IN_TASK if timeout_seconds > IN_LAMBDA_AT_MOST else job_type)


def arn_of(run: Run) -> str:
    """The ARN of the run's execution, whether or not there is one yet."""
    if run.execution_arn:
        return run.execution_arn
    machine = machine_of(run.type, run.timeout_seconds)
    return machine.replace(":stateMachine:", ":execution:") + f":{run.run_id}"


def has_begun(job: Job, run: Run) -> bool:
    """Whether the live run's execution is known to have existed: if it is not there, it was lost."""
    return job.step_status is not None or run.execution_arn is not None


def start(run: Run) -> None:
    """Start the run's execution, or find it started.

    Raises:
        StartRefusedError: trying again would not help.
    """
    if run.type not in JOB_TYPES:
        raise StartRefusedError(f"There is no job type {run.type} any more.")
    client = stepfunctions()
    try:
        client.start_execution(
            stateMachineArn=machine_of(run.type, run.timeout_seconds),
            name=run.run_id,
            input=json.dumps(input_of(run), ensure_ascii=False),
        )
    except client.exceptions.ExecutionAlreadyExists:
        return
    except (client.exceptions.InvalidExecutionInput, client.exceptions.StateMachineDoesNotExist) as error:
        raise StartRefusedError(str(error)) from error


def note(run: Run) -> None:
    """Note that the run's execution was seen, which nothing else may tell of as long as no worker begins a step."""
    Update(
        run_key(run.job_id, run.run_number),
        values={"execution_arn": arn_of(run)},
        # It may have ended meanwhile.
        condition="attribute_exists(#run_id)",
    ).apply()


def stop(execution_arn: str, cause: str) -> None:
    """Stop the execution; one that has ended or gone is left as it is."""
    client = stepfunctions()
    try:
        client.stop_execution(executionArn=execution_arn, error="Cancelled", cause=cause)
    except client.exceptions.ExecutionDoesNotExist:
        return


def describe(execution_arn: str) -> Execution | None:
    """The execution as it stands; None if there is none."""
    client = stepfunctions()
    try:
        found = client.describe_execution(executionArn=execution_arn)
    except client.exceptions.ExecutionDoesNotExist:
        return None
    started_with, output = found.get("input"), found.get("output")
    return Execution(
        status=found["status"],
        input=json.loads(started_with) if started_with else None,
        output=json.loads(output) if output else None,
        error=found.get("error"),
        cause=found.get("cause"),
    )


def message_in(cause: str | None) -> str:
    """What an execution's cause says: in it Lambda gives its error as JSON, and ECS all that there is of its task."""
    try:
        told = json.loads(cause or "")
        return str(told["errorMessage"] if "errorMessage" in told else told["StoppedReason"])
    except (ValueError, KeyError, TypeError):
        return cause or ""


def input_of(run: Run) -> dict[str, Any]:
    """Every path that a state machine refers to is filled: a missing one would fail the execution."""
    resume = run.resume or Resume(started_at=run.started_at)
    return {
        "run": {
            "job_id": run.job_id,
            "run_id": run.run_id,
            "run_number": run.run_number,
            "tenant_id": run.tenant_id,
            "prefix": run.prefix,
            "timeout_seconds": run.timeout_seconds,
            "image": JOB_TYPES[run.type].image,
            "correlation_id": run.correlation_id or run.job_id,
        },
        "params": run.params_snapshot,
        "loop": {
            "iteration": resume.iteration,
            "made": resume.made,
            "skipped": resume.skipped,
            "started_at": rfc3339(resume.started_at or run.started_at),
        },
        "stages": _stages(run, resume),
    }


def _prefix(run: Run, step: Step) -> str:
    """Where the bucket keeps what the step left; empty for one that was done elsewhere."""
    return f"{run.tenant_id}/{run.job_id}/{step.run_id}/" if step.run_id else ""


def _stages(run: Run, resume: Resume) -> dict[str, Any]:
    """Of a type with several steps: which one to begin with, and what those before it have left.

    ``done`` has by step its ``output``, and the ``prefix`` under which the bucket keeps its artifacts.
    """
    steps = JOB_TYPES[run.type].steps
    before = steps[: resume.iteration] if len(steps) > 1 else ()
    done = latest_done(run.job_id, recorded_steps(run.job_id)) if before else {}
    return {
        "start_at": steps[min(resume.iteration, len(steps) - 1)],
        "alone": resume.alone,
        "done": {
            name: {"output": done[name].output or {}, "prefix": _prefix(run, done[name])}
            for name in before
            if name in done
        },
    }
