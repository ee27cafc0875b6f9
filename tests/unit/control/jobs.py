"""Short words for what the tests do to jobs."""

from datetime import UTC, datetime, timedelta
from typing import Any

from pydantic import TypeAdapter

from nightshift import clients, dispatch
from nightshift.executions import Execution
from nightshift.finish import finish
from nightshift.models.job import Job
from nightshift.models.requests import AnyJobRequest
from nightshift.models.run import Run
from nightshift.store.keys import step_key
from nightshift.store.reads import find_job, find_run
from nightshift.store.write import Update
from nightshift.submit import Submitted, submit

TENANT = "default"
T0 = datetime(2026, 1, 31, 9, 30, tzinfo=UTC)

SUCCEEDED = Execution("SUCCEEDED", output={"outcome": "COMPLETED", "exit_code": 0})
SKIPPED = Execution("SUCCEEDED", output={"outcome": "SKIPPED", "exit_code": 6})
ABORTED = Execution("ABORTED")
CRASHED = Execution("FAILED", error="Runtime.ExitError", cause='{"errorMessage": "exit status 137"}')
REFUSED = Execution("FAILED", error="InputError", cause='{"errorMessage": "no such topic"}')


def at(seconds: float) -> datetime:
    return T0 + timedelta(seconds=seconds)


def ask(key: str | None = None, now: datetime = T0, **request: Any) -> Submitted:
    body = {"type": "probe", "params": {"cli": False}} | request
    return submit(TENANT, TypeAdapter(AnyJobRequest).validate_python(body), key, "correlation", now)


def make(now: datetime = T0, **request: Any) -> Job:
    return ask(None, now, **request).job


def dispatched(now: datetime = T0) -> list[str]:
    """Ids of the jobs that a dispatch starts."""
    return [run.job_id for run in dispatch.fill([], now)]


def running(now: datetime = T0, **request: Any) -> tuple[Job, Run]:
    job = make(now, **request)
    assert job.job_id in dispatched(now)
    return fresh(job)


def fresh(job: Job) -> tuple[Job, Run]:
    found = find_job(job.job_id)
    assert found
    run = find_run(found.job_id, found.run_number)
    assert run
    return found, run


def status(job: Job) -> str:
    found = find_job(job.job_id)
    assert found
    return found.status


def end(run: Run, execution: Execution, now: datetime = T0) -> bool:
    return finish(run.job_id, run.run_number, execution, now)


def executions_of(name: str = "probe") -> list[str]:
    """Names of the executions that exist."""
    machine = f"arn:aws:states:us-east-1:123456789012:stateMachine:nightshift-{name}"
    found = clients.stepfunctions().list_executions(stateMachineArn=machine)
    return [execution["name"] for execution in found["executions"]]


def record_step(run: Run, **values: Any) -> None:
    """What a worker records at the end of a step."""
    iteration = values.get("iteration", 0)
    key = step_key(run.job_id, run.run_number, iteration, "write_story")
    Update(key, values={"entity": "Step", "name": "write_story", "run_id": run.run_id} | values).apply()
