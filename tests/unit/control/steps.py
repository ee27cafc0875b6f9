"""A job of three steps, of which others may do the first, and what those others write."""

import json
from collections.abc import Callable
from dataclasses import replace
from types import ModuleType
from typing import Any

import pytest

from nightshift import clients
from nightshift.executions import Execution, arn_of
from nightshift.job_types import JOB_TYPES
from nightshift.models.job import Job
from nightshift.models.run import Run
from nightshift.store.items import to_item
from nightshift.store.keys import job_key, step_key
from nightshift.store.write import Update
from tests.unit.control.jobs import SUCCEEDED, at, end, fresh, make

STEPS = ("draw", "plan", "print")
EXTERNAL = {"cli": False, "log": ["external"]}


@pytest.fixture
def three_steps(monkeypatch: pytest.MonkeyPatch) -> None:
    """Probes have three steps, and wait for the first if their log says ``external``."""
    changed = replace(
        JOB_TYPES["probe"], steps=STEPS, begins_outside=lambda params: "external" in params.get("log", ())
    )
    monkeypatch.setitem(JOB_TYPES, "probe", changed)


def waiting() -> Job:
    return make(params=EXTERNAL)


def write_by_hand(job: Job, **values: Any) -> None:
    """A plain UpdateItem of somebody who knows the table and nothing else."""
    clients.dynamodb().update_item(
        TableName="nightshift",
        Key=job_key(job.job_id),
        UpdateExpression="SET " + ", ".join(f"{name} = :{name}" for name in values),
        ExpressionAttributeValues=to_item({f":{name}": value for name, value in values.items()}),
    )


def draw_by_hand(job: Job, url: str = "https://images.example/1.png") -> None:
    write_by_hand(job, current_step="draw", step_status="done", image_url=url)


def record(run: Run, name: str, status: str = "done", **values: Any) -> None:
    """What a worker of the run records of a step, on the job and beside it."""
    index = STEPS.index(name)
    Update(job_key(run.job_id), values={"current_step": name, "step_status": status}, add={"version": 1}).apply()
    recorded = {"entity": "Step", "name": name, "run_id": run.run_id, "status": status, "iteration": index}
    key = step_key(run.job_id, run.run_number, index, name)
    Update(key, values=recorded | {"output": {"by": run.run_id}, "more": index < 2} | values).apply()


def stages_told(job: Job) -> dict[str, Any]:
    """What the execution of the job's run is told of its steps."""
    _, run = fresh(job)
    found = clients.stepfunctions().describe_execution(executionArn=arn_of(run))
    return dict(json.loads(found["input"])["stages"])


def finish_run(job: Job, *done: str, execution: Execution = SUCCEEDED, seconds: float = 50) -> None:
    """The job's run does these steps, and ends."""
    _, run = fresh(job)
    for name in done:
        record(run, name)
    assert end(run, execution, at(seconds))


class Events:
    """The listener and the dispatcher, joined as the bus joins them; the test says what is delivered, and how often."""

    def __init__(self, load: Callable[[str], ModuleType], context: Any, told: list[dict[str, Any]]) -> None:
        self._listener, self._dispatcher, self._context = load("listener"), load("dispatcher"), context
        self._told = told

    def listen(self, job: Job, old: dict[str, Any]) -> list[dict[str, Any]]:
        """What the listener tells of the job's item having become what it is now."""
        before = len(self._told)
        new = clients.dynamodb().get_item(TableName="nightshift", Key=job_key(job.job_id))["Item"]
        keys = {name: new[name] for name in ("pk", "sk")}
        images = {"Keys": keys, "OldImage": old, "NewImage": new}
        self._listener.handler({"Records": [{"eventName": "MODIFY", "dynamodb": images}]}, self._context)
        return self._told[before:]

    def dispatch(self, *messages: dict[str, Any]) -> list[str]:
        """The dispatcher takes the messages; returns the ids of those it could not digest."""
        records = [
            {"messageId": str(number), "eventSource": "aws:sqs", "body": json.dumps(message)}
            for number, message in enumerate(messages)
        ]
        answer = self._dispatcher.handler({"Records": records}, self._context)
        return [failure["itemIdentifier"] for failure in answer["batchItemFailures"]]


def image_of(job: Job) -> dict[str, Any]:
    return dict(clients.dynamodb().get_item(TableName="nightshift", Key=job_key(job.job_id))["Item"])
