"""Steps done elsewhere, and stages run by hand, through the deployed stack."""

from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from io import BytesIO
from typing import Any

import httpx
import pytest
from PIL import Image

from nightshift.job_types import JOB_TYPES
from scripts.probe_listener import probe
from tests.e2e.client import DEADLINE_SECONDS, Job, ended, invoke, runs, show, submit, wait_for
from tests.e2e.invocations import stages_run
from tests.stack.deployed import Deployed

pytestmark = [pytest.mark.e2e, pytest.mark.timeout(600)]

STAGES = JOB_TYPES["ad"].steps
SWITCHED = ("DispatcherFunction", "ReconcilerFunction")


def png() -> bytes:
    """Something to see in a corner, and room beside it."""
    image = Image.new("RGB", (1024, 768), (30, 60, 90))
    image.paste((220, 180, 120), (100, 500, 300, 700))
    buffer = BytesIO()
    image.save(buffer, "PNG")
    return buffer.getvalue()


def upload(stack: Deployed, content: bytes, **wanted: Any) -> tuple[str, httpx.Response]:
    """The image's id, and what the bucket answers."""
    asked = {"name": "scene.png", "content_type": "image/png", "size": len(content)} | wanted
    form = stack.api.post("/uploads", json=asked).raise_for_status().json()
    return form["image_artifact"], httpx.post(form["url"], data=form["fields"], files={"file": content})


def waiting(stack: Deployed) -> Job:
    job = submit(stack, type="ad", params={"text": "The night shift begins", "language": "en", "img_gen": "external"})
    assert job["status"] == "WAITING"
    return job


def write_by_hand(stack: Deployed, job: Job, image_artifact: str) -> None:
    """What a worker of the old pipeline does: one UpdateItem."""
    values = {":step": {"S": "img_gen"}, ":done": {"S": "done"}, ":image": {"S": image_artifact}}
    stack.dynamodb.update_item(
        TableName=stack.table_name,
        Key={"pk": {"S": f"JOB#{job['job_id']}"}, "sk": {"S": "JOB"}},
        UpdateExpression="SET current_step = :step, step_status = :done, image_artifact = :image",
        ExpressionAttributeValues=values,
    )


def look_now(stack: Deployed, job: Job) -> None:
    """As if the time had passed after which the reconciler looks again at a job that waits."""
    # Unless it has gone on already.
    with suppress(stack.dynamodb.exceptions.ConditionalCheckFailedException):
        stack.dynamodb.update_item(
            TableName=stack.table_name,
            Key={"pk": {"S": f"JOB#{job['job_id']}"}, "sk": {"S": "JOB"}},
            UpdateExpression="SET due_at = :past",
            ConditionExpression="due_pk = :waiting",
            ExpressionAttributeValues={":past": {"S": "2026-01-01T00:00:00.000Z"}, ":waiting": {"S": "DUE#WAITING"}},
        )


def done_by(stack: Deployed, job: Job) -> list[list[str]]:
    """The steps that each run of the job did, the first run first."""
    paths = [f"/jobs/{job['job_id']}/runs/{run['run_id']}" for run in reversed(runs(stack, job))]
    return [[step["name"] for step in stack.api.get(path).json()["steps"]] for path in paths]


@contextmanager
def listener_off(stack: Deployed) -> Iterator[None]:
    """As the template's parameter does it, without a deployment."""
    try:
        _switch(stack, "false")
        yield
    finally:
        _switch(stack, "true")


def _switch(stack: Deployed, value: str) -> None:
    for function in SWITCHED:
        name = stack.function_name(function)
        variables = stack.functions.get_function_configuration(FunctionName=name)["Environment"]["Variables"]
        changed = {"Variables": variables | {"ENABLE_JOB_STATE_LISTENER": value}}
        stack.functions.update_function_configuration(FunctionName=name, Environment=changed)
        stack.functions.get_waiter("function_updated_v2").wait(FunctionName=name, WaiterConfig={"Delay": 1})


def test_a_plain_update_of_the_table_makes_the_rest_happen(stack: Deployed) -> None:
    image, answer = upload(stack, png())
    assert answer.status_code == 204, answer.text
    job = waiting(stack)
    write_by_hand(stack, job, image)
    job = ended(stack, job, 180)
    assert job["status"] == "COMPLETED", job["error"]
    assert done_by(stack, job) == [list(STAGES[1:])]
    write_by_hand(stack, job, image)
    probe(stack.stack, DEADLINE_SECONDS)  # what was written later has come through
    assert show(stack, job)["status"] == "COMPLETED"
    assert len(runs(stack, job)) == 1
    assert stages_run(stack, job, 5) == Counter(STAGES[1:])


def test_an_upload_larger_than_it_said_is_refused_by_the_bucket(stack: Deployed) -> None:
    _, answer = upload(stack, png(), size=10)
    assert answer.status_code == 400, answer.text


def test_while_the_listener_is_off_stages_run_by_hand_and_then_what_waits_goes_on(stack: Deployed) -> None:
    image, _ = upload(stack, png())
    with listener_off(stack):
        by_hand, left = waiting(stack), waiting(stack)
        write_by_hand(stack, left, image)
        path = f"/jobs/{by_hand['job_id']}/steps/img_gen"
        assert stack.api.patch(path, json={"status": "done", "image_artifact": image}).status_code == 200
        for stage in STAGES[1:3]:
            answer = stack.api.post(f"/jobs/{by_hand['job_id']}/stages/{stage}")
            assert answer.status_code == 202, answer.text
            by_hand = wait_for(stack, answer.json(), lambda seen: seen["status"] == "WAITING", 120)
            assert (by_hand["current_step"], by_hand["step_status"]) == (stage, "done")
        assert stack.api.post(f"/jobs/{by_hand['job_id']}/stages/overlay").status_code == 409
        invoke(stack, "ReconcilerFunction", {})
        assert show(stack, left)["status"] == "WAITING"
    look_now(stack, left)
    invoke(stack, "ReconcilerFunction", {})
    left = ended(stack, left, 180)
    assert left["status"] == "COMPLETED", left["error"]
    assert done_by(stack, by_hand) == [["vlm_analyze"], ["yolo_detect"]]
    answer = stack.api.patch(f"/jobs/{by_hand['job_id']}/steps/yolo_detect", json={"status": "done"})
    assert answer.status_code == 200, answer.text
    by_hand = ended(stack, by_hand, 180)
    assert by_hand["status"] == "COMPLETED", by_hand["error"]
    assert done_by(stack, by_hand)[2:] == [list(STAGES[3:])]
    assert stages_run(stack, by_hand, 5) == Counter(STAGES[1:])


def test_a_change_in_the_table_becomes_an_event(stack: Deployed) -> None:
    assert probe(stack.stack, DEADLINE_SECONDS) > 0
    assert stack.api.get("/health").json()["checks"]["listener"] == "ok"
