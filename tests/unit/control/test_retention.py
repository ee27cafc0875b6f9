"""What has ended expires with all that belongs to it, and nothing else does."""

from datetime import timedelta
from typing import Any

import pytest

from nightshift import dispatch, transitions
from nightshift.amend import retry
from nightshift.batches import cancel_batch, submit_batch
from nightshift.cancel import cancel
from nightshift.clients import dynamodb
from nightshift.models.job import Job
from nightshift.models.run import Run
from nightshift.models.status import RunStatus
from nightshift.models.webhook import DeliveryStatus, WebhookEvent
from nightshift.settings import settings
from nightshift.store.items import from_item
from nightshift.store.keys import batch_key, job_key
from nightshift.store.reads import find_item
from nightshift.store.write import Update
from nightshift.webhooks.notice import Notice
from nightshift.webhooks.record import put_attempt
from tests.table import resources
from tests.unit.control.jobs import (
    CRASHED,
    REFUSED,
    SUCCEEDED,
    T0,
    TENANT,
    at,
    dispatched,
    end,
    fresh,
    make,
    record_step,
    running,
    status,
)

pytestmark = [pytest.mark.unit, pytest.mark.usefixtures("aws")]


def expiries() -> dict[tuple[str, str], int | None]:
    """Of every item that belongs to a job or batch; the tables of tests are small enough to scan."""
    items: list[Any] = [from_item(item) for item in dynamodb().scan(TableName="nightshift")["Items"]]
    ours = ("JOB#", "BATCH#", "TENANT#default#TAG#")
    return {(item["pk"], item["sk"]): item.get("expires_at") for item in items if item["pk"].startswith(ours)}


def after(seconds: float, days: int = 90) -> int:
    return int((at(seconds) + timedelta(days=days)).timestamp())


def again(job: Job, now: float) -> Run:
    """The next attempt, begun."""
    candidate = dispatch.attend(job.job_id, at(now))
    assert candidate
    dispatch.fill([candidate], at(now))
    return fresh(job)[1]


def test_a_job_that_ended_expires_with_runs_steps_and_tags() -> None:
    _, run = running(tags=["a", "b"])
    record_step(run, status="done")
    assert set(expiries().values()) == {None}
    end(run, SUCCEEDED, at(5))
    assert len(expiries()) == 5
    assert set(expiries().values()) == {after(5)}


def test_nothing_expires_while_another_attempt_is_to_come() -> None:
    job, run = running(tags=["a"])
    record_step(run, status="failed")
    end(run, CRASHED, at(1))
    assert status(job) == "SCHEDULED"
    assert set(expiries().values()) == {None}
    end(again(job, 700), SUCCEEDED, at(701))
    assert len(expiries()) == 5
    assert set(expiries().values()) == {after(701)}


def test_a_step_that_its_worker_had_expire_after_the_job_is_left_as_it_is() -> None:
    _, run = running()
    record_step(run, status="done", expires_at=after(600))
    end(run, SUCCEEDED, at(5))
    assert sorted(expiries().values(), key=str) == [after(5), after(5), after(600)]


def test_a_step_that_its_worker_had_expire_too_early_expires_with_the_job() -> None:
    _, run = running()
    record_step(run, status="done", expires_at=after(4))
    end(run, SUCCEEDED, at(5))
    assert set(expiries().values()) == {after(5)}


def test_a_step_that_its_worker_had_expire_does_not_while_another_attempt_is_to_come() -> None:
    job, run = running()
    record_step(run, status="failed", expires_at=after(600))
    end(run, CRASHED, at(1))
    assert status(job) == "SCHEDULED"
    assert set(expiries().values()) == {None}


def test_a_retry_takes_the_expiry_from_everything() -> None:
    job, run = running(tags=["a"])
    record_step(run, status="failed")
    end(run, REFUSED, at(1))
    retry(TENANT, job.job_id, None, at(2))
    assert len(expiries()) == 4
    assert set(expiries().values()) == {None}
    assert dispatched(at(3)) == [job.job_id]
    end(fresh(job)[1], SUCCEEDED, at(4))
    assert set(expiries().values()) == {after(4)}


def test_a_job_cancelled_before_it_ran_or_between_attempts_expires() -> None:
    waiting = make(tags=["a"])
    cancel(TENANT, waiting.job_id, at(1))
    assert set(expiries().values()) == {after(1)}
    job, run = running(at(1))
    end(run, CRASHED, at(1))
    cancel(TENANT, job.job_id, at(1.5))
    assert len(expiries()) == 4
    assert set(expiries().values()) == {after(1)}


def test_more_items_than_one_transaction_holds_expire_and_stay_alike() -> None:
    job, run = running(type="story", params={"max_stories": 100})
    for iteration in range(120):
        record_step(run, status="done", iteration=iteration, exit_code=0)
    end(run, REFUSED, at(5))
    assert len(expiries()) == 122
    assert set(expiries().values()) == {after(5)}
    retry(TENANT, job.job_id, None, at(6))
    assert set(expiries().values()) == {None}


def test_a_step_recorded_since_the_job_was_read_is_not_left_behind() -> None:
    job, run = running()
    record_step(run, status="done")
    Update(job_key(job.job_id), add={"version": 1}).apply()  # as the worker does together with the step
    values: dict[str, Any] = {"exit_code": 0, "error": None, "artifacts": (), "carried": ()}
    assert not transitions.end_run(job, run, RunStatus.COMPLETED, at(1), retry_at=None, resume=None, **values)
    assert set(expiries().values()) == {None}
    assert end(run, SUCCEEDED, at(2))
    assert set(expiries().values()) == {after(2)}


def test_a_batch_expires_once_all_its_jobs_have_ended() -> None:
    batch = submit_batch(TENANT, [{"type": "probe"}, {"type": "probe"}], None, None, T0).batch
    first, second = batch.job_ids
    cancel(TENANT, first, at(1))
    assert _batch_expiry(batch.batch_id) is None
    cancel(TENANT, second, at(2))
    assert _batch_expiry(batch.batch_id) == after(2)
    retry(TENANT, first, None, at(3))
    assert _batch_expiry(batch.batch_id) is None
    assert dispatched(at(4)) == [first]
    end(_run_of(first), SUCCEEDED, at(5))
    assert _batch_expiry(batch.batch_id) == after(5)


def test_a_batch_cancelled_as_a_whole_expires() -> None:
    batch = submit_batch(TENANT, [{"type": "probe"}] * 3, None, None, T0).batch
    cancel_batch(TENANT, batch.batch_id, at(1))
    assert set(expiries().values()) == {after(1)}


def test_a_delivery_expires_with_the_job_whether_it_was_sent_before_or_after_its_end() -> None:
    job, run = running()
    put_attempt(_notice(job, 2), TENANT, 1, at(1), DeliveryStatus.DELIVERED)
    assert set(expiries().values()) == {None}
    end(run, SUCCEEDED, at(2))
    put_attempt(_notice(job, 3), TENANT, 1, at(3600), DeliveryStatus.DELIVERED)
    assert len(expiries()) == 4
    assert set(expiries().values()) == {after(2)}


def test_how_long_is_a_parameter(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("RETENTION_DAYS", "7")
    settings.cache_clear()
    cancel(TENANT, make().job_id, at(1))
    assert set(expiries().values()) == {after(1, days=7)}


def test_the_table_drops_items_by_that_attribute() -> None:
    assert resources()["Table"]["Properties"]["TimeToLiveSpecification"] == {
        "AttributeName": "expires_at",
        "Enabled": True,
    }


def _run_of(job_id: str) -> Run:
    item = find_item(job_key(job_id))
    assert item
    return fresh(Job.model_validate(item))[1]


def _batch_expiry(batch_id: str) -> int | None:
    item = find_item(batch_key(batch_id))
    assert item
    return item.get("expires_at")


def _notice(job: Job, version: int) -> Notice:
    return Notice("job", job.job_id, WebhookEvent.COMPLETED, version, T0)
