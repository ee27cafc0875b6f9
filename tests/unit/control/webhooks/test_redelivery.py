"""Clients see what was sent, and have it sent again."""

import pytest

from nightshift.store.keys import delivery_key
from nightshift.store.reads import find_item
from nightshift.webhooks.events import redelivery
from nightshift.webhooks.record import list_deliveries
from tests.receiver import Receiver
from tests.unit.control.gateway import Gateway, refused
from tests.unit.control.jobs import make
from tests.unit.control.webhooks.conftest import Queue
from tests.unit.control.webhooks.jobs import SECRET, ended, outcomes

pytestmark = [pytest.mark.unit, pytest.mark.usefixtures("aws")]


def test_a_client_sees_the_deliveries_and_has_one_sent_again(api: Gateway, queue: Queue, receiver: Receiver) -> None:
    job = ended(receiver)
    queue.tell(job, "completed")
    queue.serve_all()
    path = f"/jobs/{job.job_id}/deliveries"
    (before,) = api.call("GET", path).json()["deliveries"]
    answer = api.call("POST", f"{path}/{before['delivery_id']}/redeliver")
    assert answer.status == 202
    asked = answer.json()
    assert (asked["status"], asked["attempt"], asked["message_id"]) == ("requested", 2, before["message_id"])
    for _ in range(2):  # the request is told twice, as any event may be
        queue.tell(job, "completed", delivery_id=asked["delivery_id"], attempt=2)
        queue.serve_all()
    assert len(receiver.received) == 2
    after = api.call("GET", path).json()["deliveries"]
    assert [(seen["attempt"], seen["status"]) for seen in after] == [(2, "delivered"), (1, "delivered")]
    assert len({received.message_id for received in receiver.received}) == 1


def test_a_client_sees_what_was_told_of_a_batch_and_has_it_sent_again(
    api: Gateway, queue: Queue, receiver: Receiver
) -> None:
    webhook = {"url": receiver.url, "secret": SECRET}
    asked_for = {"jobs": [{"type": "probe"}], "webhook": webhook}
    batch_id = api.call("POST", "/jobs/batch/trigger", asked_for).json()["batch_id"]
    detail = {"batch_id": batch_id, "version": 3, "occurred_at": "2026-01-31T09:30:00.000Z", "webhook": "completed"}
    queue.put(detail)
    queue.serve_all()
    path = f"/jobs/batch/{batch_id}/deliveries"
    (before,) = api.call("GET", path).json()["deliveries"]
    assert (before["event"], before["status_code"]) == ("completed", 204)
    answer = api.call("POST", f"{path}/{before['delivery_id']}/redeliver")
    assert (answer.status, answer.headers["location"]) == (202, f"https://api.example/v1{path}")
    asked = find_item(delivery_key(f"BATCH#{batch_id}", 3, "completed", 2))
    assert asked
    told = redelivery(None, asked)
    assert told
    queue.put(told)
    queue.serve_all()
    assert [received.verified(SECRET)["type"] for received in receiver.received] == ["batch.completed"] * 2
    assert [seen["status"] for seen in api.call("GET", path).json()["deliveries"]] == ["delivered"] * 2
    refused(api.call("POST", f"{path}/unknown/redeliver"), 404)
    refused(api.call("GET", "/jobs/batch/unknown/deliveries"), 404)


def test_one_sent_again_that_fails_is_retried(queue: Queue, api: Gateway, receiver: Receiver) -> None:
    receiver.reply(410)
    job = ended(receiver)
    queue.tell(job, "completed")
    queue.serve_all()
    (gone,) = list_deliveries(job)
    api.call("POST", f"/jobs/{job.job_id}/deliveries/{gone.delivery_id}/redeliver")
    receiver.reply(500)
    queue.tell(job, "completed", delivery_id="any", attempt=2)
    queue.serve_all()
    assert outcomes(job) == [(1, "failed", 410), (2, "failed", 500), (3, "delivered", 204)]


def test_what_cannot_be_sent_again_is_refused(api: Gateway, queue: Queue, receiver: Receiver) -> None:
    job, other = ended(receiver), make()
    queue.tell(job, "completed")
    queue.serve_all()
    (delivery,) = list_deliveries(job)
    refused(api.call("POST", f"/jobs/{job.job_id}/deliveries/unknown/redeliver"), 404)
    refused(api.call("POST", f"/jobs/unknown/deliveries/{delivery.delivery_id}/redeliver"), 404)
    refused(api.call("POST", f"/jobs/{other.job_id}/deliveries/{delivery.delivery_id}/redeliver"), 409)
    refused(api.call("GET", "/jobs/unknown/deliveries"), 404)
