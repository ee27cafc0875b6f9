"""Jobs of several steps: what the execution of a run is told of them."""

import json
from dataclasses import replace
from typing import Any

import pytest

from nightshift import clients, dispatch
from nightshift.executions import Execution, arn_of
from nightshift.finish import LOST
from nightshift.job_types import JOB_TYPES
from nightshift.models.job import Job
from nightshift.models.run import Run
from nightshift.store.keys import step_key
from nightshift.store.write import Update
from tests.unit.control.jobs import CRASHED, at, end, executions_of, fresh, running

pytestmark = [pytest.mark.unit, pytest.mark.usefixtures("aws")]


@pytest.fixture(autouse=True)
def _three_steps(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(JOB_TYPES, "probe", replace(JOB_TYPES["probe"], steps=("draw", "plan", "print")))


def _record(run: Run, iteration: int, name: str, status: str = "done", **values: Any) -> None:
    key = step_key(run.job_id, run.run_number, iteration, name)
    recorded = {"entity": "Step", "name": name, "run_id": run.run_id, "status": status, "more": iteration < 2}
    Update(key, values=recorded | {"iteration": iteration, "output": {}} | values).apply()


def _stages(run: Run) -> dict[str, Any]:
    assert run.run_id in executions_of()
    told = clients.stepfunctions().describe_execution(executionArn=arn_of(run))["input"]
    return dict(json.loads(told)["stages"])


def _started() -> tuple[Job, Run]:
    return fresh(running()[0])


def _retried(run: Run, ended_as: Execution, seconds: float) -> Run:
    end(run, ended_as, at(seconds))
    job = dispatch.attend(run.job_id, at(seconds + 700))
    assert job
    dispatch.fill([job], at(seconds + 700))
    return fresh(job)[1]


def test_a_first_run_begins_with_the_first_step() -> None:
    _, run = _started()
    assert _stages(run) == {"start_at": "draw", "alone": False, "done": {}}


def test_a_second_run_begins_after_the_steps_that_are_done_and_is_told_what_they_left() -> None:
    job, run = _started()
    _record(run, 0, "draw", output={"width": 640, "sharpness": 0.5})
    _record(run, 1, "plan", "failed")
    second = _retried(run, CRASHED, 1)
    prefix = f"{job.tenant_id}/{job.job_id}/{run.run_id}/"
    assert _stages(second) == {
        "start_at": "plan",
        "alone": False,
        "done": {"draw": {"output": {"width": 640, "sharpness": 0.5}, "prefix": prefix}},
    }


def test_a_third_run_is_told_what_each_of_the_two_before_it_left() -> None:
    _, first = _started()
    _record(first, 0, "draw", output={"by": "first"})
    second = _retried(first, CRASHED, 1)
    _record(second, 1, "plan", output={"by": "second"})
    told = _stages(_retried(second, LOST, 800))
    assert told["start_at"] == "print"
    assert {name: step["output"]["by"] for name, step in told["done"].items()} == {"draw": "first", "plan": "second"}
    assert told["done"]["plan"]["prefix"].endswith(f"/{second.run_id}/")
