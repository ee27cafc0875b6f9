"""Which changes in the table are told of: the listener's images in, the bus's events out, the rule of the template."""

import json
from collections.abc import Callable
from types import ModuleType
from typing import Any

import pytest
from moto.events.models import EventPattern

from nightshift import changes, clients
from nightshift.amend import retry
from nightshift.batches import submit_batch
from nightshift.cancel import cancel
from nightshift.models.webhook import WebhookRequest
from nightshift.store.items import from_item
from nightshift.store.keys import batch_key
from nightshift.store.reads import find_item
from nightshift.webhooks.notice import Notice
from nightshift.webhooks.record import ask_again, list_deliveries, put_attempt
from tests.table import resources
from tests.unit.control.jobs import (
    CRASHED,
    SKIPPED,
    SUCCEEDED,
    T0,
    TENANT,
    at,
    dispatched,
    end,
    fresh,
    make,
    running,
)

pytestmark = [pytest.mark.unit, pytest.mark.usefixtures("aws")]

JOB = {"job_id": "1", "tenant_id": "t", "type": "probe", "version": 1, "updated_at": "2026-01-31T09:30:00.000Z"}
STREAM: Any = {"StreamEnabled": True, "StreamViewType": "NEW_AND_OLD_IMAGES"}
ALL = ["completed", "failed", "cancelled", "skipped", "running", "step"]


@pytest.mark.parametrize("status", ["COMPLETED", "FAILED", "CANCELLED", "SKIPPED", "RUNNING"])
def test_a_change_of_status_is_an_event_if_it_was_asked_for(status: str) -> None:
    before = JOB | {"status": "QUEUED", "webhook": {"events": ALL}}
    assert told(before, before | {"status": status}) == status.lower()
    others = {"events": [event for event in ALL if event != status.lower()]}
    assert told(before, before | {"status": status, "webhook": others}) is None
    assert (
        told(before, {name: value for name, value in before.items() if name != "webhook"} | {"status": status}) is None
    )


def test_waiting_is_no_event_and_neither_is_progress() -> None:
    before = JOB | {"status": "RUNNING", "webhook": {"events": ALL}, "current_step": "a", "step_status": "running"}
    for status in ("QUEUED", "SCHEDULED", "WAITING"):
        assert told(before, before | {"status": status}) is None
    assert told(before, before | {"progress": {"percent": 5}}) is None
    assert told(before, before | {"step_status": "done"}) == "step"
    assert told(before, before | {"current_step": "b"}) == "step"


def test_a_restored_item_is_no_event() -> None:
    for status in ("COMPLETED", "RUNNING"):
        assert told(None, JOB | {"status": status, "webhook": {"events": ALL}}) is None


def told(old: dict[str, Any] | None, new: dict[str, Any]) -> str | None:
    change = changes.change_of(old, new)
    return change.get("webhook") if change else None


@pytest.fixture
def listen(
    function: Callable[[str], ModuleType], context: Any, monkeypatch: pytest.MonkeyPatch
) -> Callable[[], list[dict[str, Any]]]:
    """Lets the listener read the stream from its beginning; what the template's rule sends to the webhooks' queue."""
    clients.dynamodb().update_table(TableName="nightshift", StreamSpecification=STREAM)
    listener = function("listener")
    pattern = EventPattern.load(json.dumps(resources()["WebhookRule"]["Properties"]["EventPattern"]))
    filters = resources()["ListenerSource"]["Properties"]["FilterCriteria"]["Filters"]
    wanted = [EventPattern.load(each["Pattern"]) for each in filters]
    queued: list[dict[str, Any]] = []

    class Bus:
        def put_events(self, Entries: list[dict[str, Any]]) -> dict[str, int]:
            for entry in Entries:
                detail = json.loads(entry["Detail"])
                event: Any = {"source": entry["Source"], "detail-type": entry["DetailType"], "detail": detail}
                if pattern.matches_event(event):
                    queued.append(detail)
            return {"FailedEntryCount": 0}

    monkeypatch.setattr(changes, "events", Bus)

    def read() -> list[dict[str, Any]]:
        records = [record for record in stream() if any(each.matches_event(record) for each in wanted)]
        queued.clear()
        listener.handler({"Records": records}, context)
        return queued

    return read


def stream() -> list[Any]:
    """All records of the table's stream, as the event source mapping gets them."""
    from moto.dynamodb.models import dynamodb_backends

    shard = dynamodb_backends["123456789012"]["us-east-1"].tables["nightshift"].stream_shard
    records = [json.loads(json.dumps(record.record, default=str)) for record in shard.items]
    for record in records:
        if not record["dynamodb"].get("OldImage"):
            record["dynamodb"].pop("OldImage", None)  # AWS leaves it out
    return records


def test_of_a_jobs_life_is_told_what_was_asked_for(listen: Callable[[], list[dict[str, Any]]]) -> None:
    job, run = running(webhook={"url": "https://a.example/", "events": ["running", "completed"]})
    end(run, SUCCEEDED, at(5))
    job, _ = fresh(job)
    assert [(event["job_id"], event["webhook"], event["version"]) for event in listen()] == [
        (job.job_id, "running", 2),
        (job.job_id, "completed", 3),
    ]
    assert Notice.of(listen()[-1]) == Notice("job", job.job_id, "completed", 3, at(5))  # type: ignore[arg-type]


def test_a_job_without_a_webhook_takes_no_message(listen: Callable[[], list[dict[str, Any]]]) -> None:
    _, run = running()
    end(run, SUCCEEDED, at(5))
    assert listen() == []


@pytest.mark.parametrize(
    ("ends", "event"),
    [
        ([SUCCEEDED, SUCCEEDED], "completed"),
        ([SUCCEEDED, SKIPPED], "completed"),
        ([SUCCEEDED, CRASHED], "failed"),
        ([CRASHED, CRASHED], "failed"),
    ],
)
def test_a_batch_is_told_of_once_when_the_last_has_ended(
    listen: Callable[[], list[dict[str, Any]]], ends: list[Any], event: str
) -> None:
    batch_id, jobs = batch(None)
    dispatched()
    for number, (job, execution) in enumerate(zip(jobs, ends, strict=True)):
        assert listen() == []
        assert end(fresh(job)[1], execution, at(5 + number))
    (told,) = listen()
    assert (told["batch_id"], told["webhook"], told["occurred_at"]) == (batch_id, event, "2026-01-31T09:30:06.000Z")
    item = find_item(batch_key(batch_id))
    assert item
    assert told["version"] == item["version"]


def test_a_batch_that_was_cancelled_is_told_of_if_asked_for(listen: Callable[[], list[dict[str, Any]]]) -> None:
    for events, expected in ((None, ["cancelled"]), (["completed"], [])):
        _, jobs = batch(events)
        before = len(listen())
        for job in jobs:
            cancel(TENANT, job.job_id, T0)
        assert [event["webhook"] for event in listen()][before:] == expected


def test_a_batch_of_which_a_job_was_retried_tells_of_its_new_end(listen: Callable[[], list[dict[str, Any]]]) -> None:
    _, jobs = batch(None)
    dispatched()
    for job, execution in zip(jobs, [SUCCEEDED, CRASHED], strict=True):
        assert end(fresh(job)[1], execution)
    retry(TENANT, jobs[1].job_id, None, at(1))
    dispatched(at(2))
    assert [told["webhook"] for told in listen()] == ["failed"]
    assert end(fresh(jobs[1])[1], SUCCEEDED, at(3))
    first, second = listen()
    assert second["webhook"] == "completed"
    assert first["version"] < second["version"]


def batch(events: list[str] | None) -> tuple[str, list[Any]]:
    webhook = WebhookRequest.model_validate({"url": "https://a.example/", "events": events})
    members = [{"type": "probe", "params": {"cli": False}, "max_attempts": 1} for _ in range(2)]
    submitted = submit_batch(TENANT, members, None, None, T0, webhook).batch
    return submitted.batch_id, [make_of(job_id) for job_id in submitted.job_ids]


def make_of(job_id: str) -> Any:
    from nightshift.store.reads import find_job

    job = find_job(job_id)
    assert job
    return job


def test_a_delivery_is_told_of_when_it_is_asked_for_and_not_when_it_is_recorded(
    listen: Callable[[], list[dict[str, Any]]],
) -> None:
    job = make(webhook={"url": "https://a.example/"})
    notice = Notice.of(
        {"job_id": job.job_id, "webhook": "failed", "version": 4, "occurred_at": "2026-01-31T09:30:00.000Z"}
    )
    put_attempt(notice, TENANT, 1, T0, "failed", error="no")  # type: ignore[arg-type]
    assert listen() == []
    (before,) = list_deliveries(job)
    asked = ask_again(job, before.delivery_id, at(1))
    (told,) = listen()
    assert Notice.of(told) == Notice("job", job.job_id, notice.event, 4, T0, requested=2)
    assert told["delivery_id"] == asked.delivery_id
    put_attempt(notice, TENANT, 2, at(2), "delivered", status_code=200)  # type: ignore[arg-type]
    assert len(listen()) == 1


def test_no_image_in_the_stream_holds_a_secret(listen: Callable[[], list[dict[str, Any]]]) -> None:
    secret = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"
    _, run = running(webhook={"url": "https://a.example/", "secret": secret})
    end(run, SUCCEEDED, at(5))
    images = [from_item(record["dynamodb"]["NewImage"]) for record in stream()]
    assert any(image.get("webhook", {}).get("sealed_secret") for image in images)
    assert secret not in json.dumps(images)
    runs = [image for image in images if image.get("entity") == "Run"]
    assert runs
    assert not any("webhook" in image for image in runs)
    assert "sealed" not in json.dumps(listen())
