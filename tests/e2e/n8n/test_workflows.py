"""The workflows under docs/n8n, replayed against the deployed stack; a receiver stands for n8n's waiting webhook."""

import time
import uuid
from collections.abc import Iterator
from typing import Any

import httpx
import pytest

from scripts.workspace import ROOT
from tests.e2e.client import eventually
from tests.e2e.n8n import nodes
from tests.e2e.n8n.expressions import ExpressionError
from tests.e2e.n8n.replay import Item, Replay, StoppedError
from tests.receiver import Receiver, Reply, receiving
from tests.stack.deployed import Deployed

WORKFLOWS = ROOT / "docs/n8n"
POLL_SECONDS = 0.3
N8N_IS_STILL_RUNNING: Reply = (409, {}, "The execution is running already.")


@pytest.fixture
def receiver() -> Iterator[Receiver]:
    with receiving() as receiver:
        yield receiver


def poll(_: Replay) -> None:
    time.sleep(POLL_SECONDS)


def replay_of(stack: Deployed, name: str, **more: Any) -> Replay:
    """With nothing of the tests' own client: the workflow has to bring all that a request needs."""
    workflow = nodes.read(WORKFLOWS / f"{name}.json")
    settings, credential = {"base_url": stack.api_url}, stack.stack.api_headers
    return Replay(workflow, settings, credential, execution_id=str(uuid.uuid4()), **more)


def woken_by(receiver: Receiver, stack: Deployed, name: str) -> Replay:
    path = f"/webhook-waiting/{uuid.uuid4()}?signature=3f"
    refusals = len(receiver.replies)

    def message() -> Item:
        eventually(lambda: len(receiver.received) > refusals, "the resume URL was called, and that was taken")
        taken = receiver.received[-1]
        assert taken.path == path
        return {"headers": taken.headers, "params": {}, "query": {}, "body": taken.json()}

    return replay_of(stack, name, message=message, resume_url=f"http://127.0.0.1:{receiver.port}{path}")


def test_a_job_is_polled_until_it_has_ended(stack: Deployed) -> None:
    replay = replay_of(stack, "poll", pause=poll)
    assert any("lighthouse" in result["data"] for result in replay.run())
    job_id = replay.outputs["Trigger"][0]["job_id"]
    first, *rest = replay.calls
    polls = [call for call in rest if "/artifacts/" not in call]
    files = rest[len(polls) :]
    assert (first, set(polls)) == ("POST /jobs", {f"GET /jobs/{job_id}"})
    # A story, and perhaps the research card that was made for it: its metadata and its text each.
    assert len(files) in (2, 4)
    assert {file.partition("?")[0].rpartition(".")[2] for file in files} == {"json", "md"}


def test_n8n_asks_again_for_the_same_job(stack: Deployed) -> None:
    replay = replay_of(stack, "poll", pause=poll)
    replay.run()
    made = replay.outputs["Trigger"][0]["job_id"]
    replay.run()  # as a node does that is tried again: the same execution, the same key
    assert replay.outputs["Trigger"][0]["job_id"] == made


def test_a_job_that_was_cancelled_stops_the_workflow(stack: Deployed) -> None:
    def cancel(replay: Replay) -> None:
        stack.api.post(f"/jobs/{replay.outputs['Trigger'][0]['job_id']}/cancel")
        poll(replay)

    stack.api.post("/scheduler/stop").raise_for_status()  # else it may have ended before
    try:
        with pytest.raises(StoppedError, match=r"is CANCELLED"):
            replay_of(stack, "poll", pause=cancel).run()
    finally:
        stack.api.post("/scheduler/start").raise_for_status()


def test_a_workflow_is_woken_when_the_job_has_ended(stack: Deployed, receiver: Receiver) -> None:
    receiver.reply(*N8N_IS_STILL_RUNNING)
    replay = woken_by(receiver, stack, "resume")
    assert any("lighthouse" in result["data"] for result in replay.run())
    job_id = replay.outputs["Trigger"][0]["job_id"]
    assert [call for call in replay.calls if "/artifacts/" not in call] == ["POST /jobs", f"GET /jobs/{job_id}"]
    assert replay.outputs["Wait"][0]["body"]["data"]["job_id"] == job_id


def test_a_batch_wakes_the_workflow_once(stack: Deployed, receiver: Receiver) -> None:
    replay = woken_by(receiver, stack, "batch")
    found = replay.run()
    batch = replay.outputs["Trigger Batch"][0]
    assert replay.calls[:2] == ["POST /jobs/batch/trigger", f"GET /jobs/batch/{batch['batch_id']}"]
    assert [job["job_id"] for job in replay.outputs["Jobs"]] == batch["job_ids"]
    assert all(artifacts["artifacts"] for artifacts in found)
    assert len(receiver.received) == 1


def test_the_old_workflow_needs_another_base_url_and_nothing_else(stack: Deployed) -> None:
    replay = replay_of(stack, "old-triggers", pause=poll)
    assert all(result["data"] for result in replay.run())
    assert replay.calls[0] == "POST /jobs/story/trigger"
    assert replay.outputs["Poll Status"][0]["status"] == "succeeded"


@pytest.mark.parametrize(
    ("right", "wrong"),
    [
        ("$json.status", "$json.state"),
        ("json.job_id", "json.id"),
        ("/jobs", "/job"),
        ("language", "lang"),
        ("Idempotency-Key", "Idempotency Key"),
        ("$json.url", "$json.link"),
    ],
)
def test_a_workflow_that_does_not_fit_the_api_is_found_out(stack: Deployed, right: str, wrong: str) -> None:
    text = (WORKFLOWS / "poll.json").read_text()
    assert right in text
    replay = replay_of(stack, "poll", pause=poll)
    replay.workflow = nodes.Workflow.model_validate_json(text.replace(right, wrong))
    with pytest.raises((ExpressionError, AssertionError, httpx.HTTPError)):
        replay.run()


@pytest.mark.parametrize(
    ("right", "wrong"), [('"httpMethod": "POST"', '"method": "POST"'), ('"jsonBody"', '"body"'), ("3.2", "3.9")]
)
def test_a_workflow_that_n8n_does_not_know_is_refused(right: str, wrong: str) -> None:
    text = (WORKFLOWS / "resume.json").read_text()
    assert right in text
    with pytest.raises((ValueError, KeyError)):
        nodes.Workflow.model_validate_json(text.replace(right, wrong))
