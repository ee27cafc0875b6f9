"""Webhooks through the deployed stack, to a receiver on this machine."""

from collections.abc import Iterator
from typing import Any

import pytest

from tests.e2e.client import Job, ended, eventually, submit
from tests.receiver import Receiver, receiving
from tests.stack.deployed import Deployed

SECRET = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"
ATTEMPTS = 7


@pytest.fixture
def receiver() -> Iterator[Receiver]:
    with receiving() as receiver:
        yield receiver


def deliveries(stack: Deployed, job: Job) -> list[dict[str, Any]]:
    """The attempts, the first one first."""
    answer = stack.api.get(f"/jobs/{job['job_id']}/deliveries")
    assert answer.status_code == 200, answer.text
    return list(reversed(answer.json()["deliveries"]))


def statuses(stack: Deployed, job: Job) -> list[tuple[str, int | None]]:
    return [(seen["status"], seen["status_code"]) for seen in deliveries(stack, job)]


def told(receiver: Receiver) -> list[str]:
    return [received.json()["type"] for received in receiver.received]


def test_a_receiver_is_told_what_it_asked_for_and_can_verify_it(stack: Deployed, receiver: Receiver) -> None:
    webhook = {"url": receiver.url, "events": ["running", "step", "completed"], "secret": SECRET}
    job = submit(stack, type="probe", params={"seconds": 0.5, "artifact_bytes": 10}, webhook=webhook)
    done = ended(stack, job)
    assert done["webhook"] == {"url": receiver.url, "events": ["completed", "running", "step"]}
    eventually(lambda: {"job.running", "job.step", "job.completed"} <= set(told(receiver)), "all events were told")
    assert all(received.verified(SECRET) for received in receiver.received)
    (completed,) = (received for received in receiver.received if received.json()["type"] == "job.completed")
    data = completed.json()["data"]
    # What the API shows, by whichever of its names: the artifact's URL leads to its bytes.
    assert data["artifacts"][0]["size"] == 10
    assert len(stack.api.get(data["artifacts"][0]["url"], follow_redirects=True).content) == 10
    assert data == done


def test_a_message_is_sent_until_it_is_taken(stack: Deployed, receiver: Receiver) -> None:
    receiver.reply(500, body="not yet")
    receiver.reply(429, {"Retry-After": "2"})
    webhook = {"url": receiver.url, "secret": SECRET}
    job = submit(stack, type="probe", params={"cli": False}, webhook=webhook)
    eventually(lambda: len(receiver.received) == 3, "the message was sent three times")
    eventually(lambda: statuses(stack, job)[-1:] == [("delivered", 204)], "its delivery is recorded")
    assert statuses(stack, job) == [("failed", 500), ("failed", 429), ("delivered", 204)]
    assert len({received.message_id for received in receiver.received}) == 1
    sent = [int(received.headers["webhook-timestamp"]) for received in receiver.received]
    assert sent[2] - sent[1] >= 2
    assert receiver.received[-1].verified(SECRET)["data"]["status"] == "COMPLETED"


def test_a_message_that_nobody_takes_waits_to_be_moved_back(stack: Deployed, receiver: Receiver) -> None:
    receiver.replies = [(503, {}, "")] * ATTEMPTS
    job = submit(stack, type="probe", params={"cli": False}, webhook={"url": receiver.url, "secret": SECRET})
    dead = stack.outputs["WebhookDeadLetterQueueUrl"]

    def is_set_aside() -> bool:
        # Other tests' messages may lie there too.
        found = stack.sqs.receive_message(QueueUrl=dead, MaxNumberOfMessages=10, VisibilityTimeout=0)
        return any(job["job_id"] in message["Body"] for message in found.get("Messages", []))

    def arn(url: str) -> str:
        return stack.sqs.get_queue_attributes(QueueUrl=url, AttributeNames=["QueueArn"])["Attributes"]["QueueArn"]

    eventually(lambda: statuses(stack, job) == [("failed", 503)] * ATTEMPTS, "all attempts were made")
    eventually(is_set_aside, "the message is set aside")
    stack.sqs.start_message_move_task(SourceArn=arn(dead), DestinationArn=arn(stack.outputs["WebhookQueueUrl"]))
    eventually(lambda: statuses(stack, job)[-1] == ("delivered", 204), "the message moved back was taken")
    assert len(receiver.received) == ATTEMPTS + 1


def test_gone_ends_it_and_a_client_may_send_again(stack: Deployed, receiver: Receiver) -> None:
    receiver.reply(410)
    job = submit(stack, type="probe", params={"cli": False}, webhook={"url": receiver.url, "secret": SECRET})
    eventually(lambda: statuses(stack, job) == [("failed", 410)], "the answer is recorded")
    (gone,) = deliveries(stack, job)
    answer = stack.api.post(f"/jobs/{job['job_id']}/deliveries/{gone['delivery_id']}/redeliver")
    assert (answer.status_code, answer.json()["status"]) == (202, "requested")
    eventually(lambda: statuses(stack, job)[1:] == [("delivered", 204)], "it was sent again")
    assert len({received.message_id for received in receiver.received}) == 1


def test_a_batch_is_told_of_once(stack: Deployed, receiver: Receiver) -> None:
    probe = {"type": "probe", "params": {"cli": False}}
    body = {"jobs": [probe] * 3, "webhook": {"url": receiver.url, "secret": SECRET}}
    answer = stack.api.post("/jobs/batch/trigger", json=body)
    assert answer.status_code == 202, answer.text
    eventually(lambda: receiver.received, "the batch was told of")
    message = receiver.received[0].verified(SECRET)
    assert (message["type"], message["data"]["status"]) == ("batch.completed", "succeeded")
    assert [job["job_id"] for job in message["data"]["jobs"]] == answer.json()["job_ids"]
    # What comes after it through the same queue was told of later than anything more of the batch.
    submit(stack, **probe, webhook={"url": receiver.url, "secret": SECRET})
    eventually(lambda: len(receiver.received) > 1, "the next one is told of")
    assert told(receiver) == ["batch.completed", "job.completed"]
