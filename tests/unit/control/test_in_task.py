"""Jobs that are too long for Lambda: who may ask for them, which state machine runs them, and how they end."""

import json
from typing import Any

import pytest

from nightshift import clients
from nightshift.executions import Execution, arn_of
from nightshift.graph.draw import draw
from nightshift.settings import settings
from tests.unit.control.conftest import MACHINES
from tests.unit.control.gateway import Gateway, refused
from tests.unit.control.jobs import at, end, executions_of, fresh, record_step, running

pytestmark = [pytest.mark.unit, pytest.mark.usefixtures("aws")]

LONG = {"type": "probe", "params": {}, "timeout_seconds": 841}
ARTICLE = {"language": "en", "level": "B1", "length": 100, "topic": "the woods"}
# What Step Functions says of a task whose container failed; shortened.
STOPPED = json.dumps({"Containers": [{"ExitCode": 137}], "StoppedReason": "OutOfMemoryError: container killed"})
DONE = {"status": "done", "exit_code": 0, "more": False}


@pytest.fixture
def tasks(aws: None, monkeypatch: pytest.MonkeyPatch) -> None:
    """A deployment with subnets for tasks."""
    monkeypatch.setenv("LONGEST_SECONDS", "86400")
    settings.cache_clear()
    clients.stepfunctions().create_state_machine(
        name="nightshift-in-task",
        definition='{"StartAt": "RunInTask", "States": {"RunInTask": {"Type": "Pass", "End": true}}}',
        roleArn="arn:aws:iam::123456789012:role/machine",
    )


@pytest.mark.parametrize(
    ("path", "body"),
    [
        ("/jobs", LONG),
        ("/jobs/batch/trigger", {"jobs": [LONG]}),
        ("/schedules", {"name": "long", "rate": "1 hour", "job": LONG}),
    ],
)
def test_a_deployment_without_tasks_refuses_them(api: Gateway, path: str, body: dict[str, Any]) -> None:
    refused(answer := api.call("POST", path, body), 422)
    assert "timeout_seconds is more than 840" in answer.body


@pytest.mark.usefixtures("tasks")
def test_one_with_tasks_takes_them_up_to_a_day(api: Gateway) -> None:
    assert api.call("POST", "/jobs", LONG | {"timeout_seconds": 86_400}).status == 201
    assert api.call("POST", "/jobs", LONG | {"timeout_seconds": 86_401}).status == 422


@pytest.mark.usefixtures("tasks")
def test_the_length_of_a_job_decides_who_runs_it() -> None:
    running(timeout_seconds=840)
    _, long = running(type="article", params=ARTICLE, timeout_seconds=841)
    assert executions_of("in-task") == [long.run_id]
    assert executions_of("article") == []
    assert len(executions_of("probe")) == 1
    assert arn_of(long) == f"{MACHINES.replace('stateMachine', 'execution')}in-task:{long.run_id}"
    told = clients.stepfunctions().describe_execution(executionArn=arn_of(long))["input"]
    assert json.loads(told)["run"]["image"] == "newsroom"


@pytest.mark.usefixtures("tasks")
def test_its_graph_is_of_the_machine_that_runs_it() -> None:
    job, _ = running(timeout_seconds=841)
    assert [node.id for node in draw(job, None).nodes] == ["RunInTask"]


@pytest.mark.usefixtures("tasks")
@pytest.mark.parametrize(("exit_code", "status"), [(0, "COMPLETED"), (6, "SKIPPED")])
def test_a_task_tells_nothing_but_its_steps_do(exit_code: int, status: str) -> None:
    job, run = running(timeout_seconds=841)
    record_step(run, **DONE | {"exit_code": exit_code})
    assert end(run, Execution("SUCCEEDED", output={"task": "arn:aws:ecs:::task/nightshift/1"}), at(1000))
    job, run = fresh(job)
    assert (job.status, run.status, run.exit_code) == (status, status, exit_code)


@pytest.mark.usefixtures("tasks")
def test_a_task_that_was_killed_is_a_crash_that_is_tried_again() -> None:
    job, run = running(timeout_seconds=841)
    end(run, Execution("FAILED", error="States.TaskFailed", cause=STOPPED), at(1000))
    job, run = fresh(job)
    assert (job.status, run.status) == ("SCHEDULED", "FAILED")
    assert run.error
    assert (run.error.code, run.error.message) == ("crash", "OutOfMemoryError: container killed")


@pytest.mark.usefixtures("tasks")
def test_a_step_that_failed_in_a_task_says_how() -> None:
    job, run = running(timeout_seconds=841)
    failed = {"status": "failed", "exit_code": 1, "error": {"code": "input", "message": "no such topic"}}
    record_step(run, **failed)
    end(run, Execution("FAILED", error="States.TaskFailed", cause=STOPPED), at(1000))
    _, run = fresh(job)
    assert run.error
    assert (run.status, run.error.code) == ("FAILED", "input")
