"""Sending: what receivers get, and what is recorded."""

import ssl
import threading
from ipaddress import ip_address
from typing import Any

import httpcore
import pytest
import trustme

from nightshift.batches import submit_batch
from nightshift.clock import now
from nightshift.models.webhook import WebhookRequest
from nightshift.outbound.addresses import Address
from nightshift.outbound.client import GuardedClient
from nightshift.settings import settings
from nightshift.store.keys import batch_key
from nightshift.store.reads import find_item
from nightshift.webhooks.record import list_deliveries
from nightshift.webhooks.secrets import tenant_secrets
from tests.receiver import Received, Receiver, Reply, receiving
from tests.unit.control.gateway import Gateway
from tests.unit.control.jobs import CRASHED, SUCCEEDED, TENANT, at, end, fresh, make, running
from tests.unit.control.webhooks.conftest import Queue
from tests.unit.control.webhooks.jobs import SECRET, ended, outcomes

pytestmark = [pytest.mark.unit, pytest.mark.usefixtures("aws")]


def test_a_receiver_can_verify_and_read_what_it_gets(queue: Queue, receiver: Receiver) -> None:
    job = ended(receiver, secret=SECRET)
    queue.tell(job, "completed")
    assert queue.serve_all() == 1
    (received,) = receiver.received
    message = received.verified(SECRET)
    assert (message["type"], message["timestamp"]) == ("job.completed", "2026-01-31T09:30:00.000Z")
    assert message["data"]["status"] == "COMPLETED"
    assert message["data"]["log_url"] == f"https://api.example/v1/jobs/{job.job_id}/logs"
    assert message["data"]["webhook"] == {"url": receiver.url, "events": ["completed", "failed", "skipped"]}
    assert received.headers["x-job-id"] == job.job_id
    assert received.headers["x-job-event"] == "job.completed"
    assert received.headers["content-type"] == "application/json"
    (delivery,) = list_deliveries(job)
    assert (delivery.message_id, delivery.attempt, delivery.status_code) == (received.message_id, 1, 204)
    assert queue.count() == 0


def test_without_a_secret_of_its_own_the_tenants_signs(queue: Queue, receiver: Receiver) -> None:
    queue.tell(ended(receiver), "completed")
    queue.serve_all()
    assert receiver.received[0].verified(tenant_secrets(TENANT, now())[0])["type"] == "job.completed"


def test_receivers_that_know_the_old_secret_or_the_new_one_can_verify(
    api: Gateway, queue: Queue, receiver: Receiver
) -> None:
    first, second = (api.call("POST", "/webhooks/secret") for _ in range(2))
    assert (first.status, second.headers["cache-control"]) == (201, "no-store")
    old, new = first.json()["secret"], second.json()["secret"]
    assert old != new
    queue.tell(ended(receiver), "completed")
    queue.serve_all()
    (received,) = receiver.received
    assert [received.verified(secret)["type"] for secret in (old, new)] == ["job.completed"] * 2


def test_the_same_idempotency_key_makes_one_secret_which_is_not_shown_again(api: Gateway) -> None:
    first, again = (api.call("POST", "/webhooks/secret", headers={"Idempotency-Key": "k"}) for _ in range(2))
    assert tenant_secrets(TENANT, now()) == [first.json()["secret"]]
    assert again.json() == {"secret": None}
    assert again.headers["idempotency-replayed"] == "true"


def test_discord_gets_its_own_form_unsigned_and_is_tried_again_like_any(
    queue: Queue, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Over TLS, to a server that has the name: only its address and port are this machine's."""
    authority, trusted = trustme.CA(), ssl.create_default_context()
    authority.configure_trust(trusted)
    tls = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    authority.issue_cert("discord.com").configure_cert(tls)
    connect = httpcore.AnyIOBackend.connect_tcp

    async def here(host: str, port: int) -> list[Address]:
        return [ip_address("127.0.0.1")] if (host, port) == ("discord.com", 443) else []

    with receiving(tls) as discord:

        async def connect_here(backend: Any, host: str, port: int, *others: Any) -> Any:
            return await connect(backend, host, discord.port, *others)

        monkeypatch.setattr(httpcore.AnyIOBackend, "connect_tcp", connect_here)
        monkeypatch.setattr(queue.app, "client", lambda: GuardedClient(True, 10.0, here, trusted))
        discord.reply(429, {"Retry-After": "0"})
        job, run = running(webhook={"url": "https://discord.com/api/webhooks/1/token"})
        assert end(run, SUCCEEDED, at(5))
        queue.tell(fresh(job)[0], "completed")
        queue.serve_all()
    assert outcomes(job) == [(1, "failed", 429), (2, "delivered", 204)]
    for received in discord.received:
        assert (received.path, received.headers["host"]) == ("/api/webhooks/1/token", "discord.com")
        assert not [name for name in received.headers if name.startswith(("webhook-", "x-"))]
        assert received.json()["embeds"][0]["title"] == "Probe completed"


def test_the_same_event_told_twice_is_sent_once(queue: Queue, receiver: Receiver) -> None:
    job = ended(receiver)
    for _ in range(2):
        queue.tell(job, "completed")
        queue.serve_all()
    assert len(receiver.received) == 1
    assert outcomes(job) == [(1, "delivered", 204)]


def test_all_messages_of_a_batch_are_on_their_way_at_once(
    queue: Queue, receiver: Receiver, monkeypatch: pytest.MonkeyPatch
) -> None:
    everybody_is_here = threading.Barrier(3, timeout=10)
    take = receiver.take

    def take_together(received: Received) -> Reply:
        everybody_is_here.wait()
        return take(received)

    monkeypatch.setattr(receiver, "take", take_together)
    for _ in range(3):
        queue.tell(ended(receiver), "completed")
    assert queue.serve_all() == 3
    assert [received.json()["type"] for received in receiver.received] == ["job.completed"] * 3


def test_outside_a_local_stack_nothing_on_this_machine_is_reached(
    queue: Queue, receiver: Receiver, monkeypatch: pytest.MonkeyPatch
) -> None:
    job = ended(receiver)  # taken in while it was allowed
    (named, run) = running(webhook={"url": f"https://localhost:{receiver.port}/"})
    assert end(run, SUCCEEDED, at(5))
    monkeypatch.setenv("ALLOW_LOCAL_TARGETS", "false")
    settings.cache_clear()
    for told in (job, fresh(named)[0]):
        queue.tell(told, "completed")
    queue.serve()
    assert list_deliveries(job)[0].error == "the URL must begin with https://."
    assert list_deliveries(named)[0].error == "localhost leads to a loopback address."
    assert not receiver.received


def test_a_job_that_is_gone_or_has_no_webhook_any_more_is_told_of_to_nobody(queue: Queue, receiver: Receiver) -> None:
    queue.tell(make(), "completed")
    queue.tell(make().model_copy(update={"job_id": "7c9e6679-7425-40de-944b-e07fc1f90ae7"}), "completed")
    assert queue.serve_all() == 2
    assert not receiver.received
    assert queue.count() == 0


def test_a_batch_is_told_of_with_its_jobs(queue: Queue, receiver: Receiver) -> None:
    webhook = WebhookRequest.model_validate({"url": receiver.url, "secret": SECRET})
    members = [{"type": "probe", "params": {"cli": False}, "max_attempts": 1} for _ in range(2)]
    batch = submit_batch(TENANT, members, None, None, at(0), webhook).batch
    detail = {"batch_id": batch.batch_id, "version": 7, "occurred_at": "2026-01-31T09:30:00.000Z"}
    queue.put(detail | {"webhook": "failed"})
    queue.serve_all()
    (received,) = receiver.received
    message = received.verified(SECRET)
    assert message["type"] == "batch.failed"
    assert message["data"]["counts"]["waiting"] == 2
    assert [job["job_id"] for job in message["data"]["jobs"]] == list(batch.job_ids)
    assert received.headers["x-batch-id"] == batch.batch_id
    assert find_item(batch_key(batch.batch_id))
    (delivery,) = list_deliveries(batch)
    assert (delivery.message_id, delivery.status) == (received.message_id, "delivered")


def test_a_failed_job_tells_of_its_error(queue: Queue, receiver: Receiver) -> None:
    job, run = running(webhook={"url": receiver.url}, max_attempts=1)
    assert end(run, CRASHED, at(5))
    job, _ = fresh(job)
    queue.tell(job, "failed")
    queue.serve_all()
    assert receiver.received[0].json()["data"]["error"] == {"code": "crash", "message": "exit status 137"}
