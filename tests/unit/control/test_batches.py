"""Batches: made at once or not at all, counted with their jobs."""

import pytest

from nightshift import transitions
from nightshift.amend import retry
from nightshift.batches import AllRejectedError, cancel_batch, get_batch, jobs_of, submit_batch
from nightshift.cancel import withdraw
from nightshift.errors import InvalidRequestError, NotFoundError, StateConflictError
from nightshift.models.batch import Batch
from nightshift.store.reads import find_job
from tests.unit.control.jobs import CRASHED, REFUSED, SKIPPED, SUCCEEDED, TENANT, at, dispatched, end, fresh

pytestmark = [pytest.mark.unit, pytest.mark.usefixtures("aws")]

PROBE = {"type": "probe", "params": {"cli": False}}


def made(count: int, key: str | None = None) -> Batch:
    return submit_batch(TENANT, [PROBE] * count, key, "correlation", at(0)).batch


def now(batch: Batch) -> Batch:
    return get_batch(TENANT, batch.batch_id)


def test_the_valid_members_are_made_and_the_others_named() -> None:
    bodies = [PROBE, {"type": "poem"}, PROBE | {"run_at": "2099-01-01T00:00:00Z"}, PROBE]
    submitted = submit_batch(TENANT, bodies, None, None, at(0))
    assert len(submitted.batch.job_ids) == 2
    assert [member.index for member in submitted.rejected] == [1, 2]
    assert [job.status for job in jobs_of(submitted.batch)] == ["QUEUED", "QUEUED"]


def test_without_a_valid_member_nothing_is_made() -> None:
    with pytest.raises(AllRejectedError):
        submit_batch(TENANT, [{"type": "poem"}], "key", None, at(0))


def test_the_same_key_is_the_same_batch_and_another_body_is_refused() -> None:
    first = made(2, "key")
    again = submit_batch(TENANT, [PROBE] * 2, "key", None, at(9))
    assert again.replayed
    assert again.batch.job_ids == first.job_ids
    with pytest.raises(InvalidRequestError, match="Idempotency-Key"):
        made(3, "key")


@pytest.mark.parametrize(
    ("ends", "status"),
    [
        ((SUCCEEDED, SUCCEEDED), "succeeded"),
        ((SUCCEEDED, SKIPPED), "succeeded"),
        ((SUCCEEDED, REFUSED), "partial"),
        ((REFUSED, REFUSED), "failed"),
        ((REFUSED, SKIPPED), "failed"),
    ],
)
def test_the_batch_ends_as_its_members_did(ends: tuple[object, ...], status: str) -> None:
    batch = made(2)
    assert now(batch).status == "queued"
    dispatched(at(1))
    assert (now(batch).status, now(batch).running) == ("running", 2)
    for job_id, execution in zip(batch.job_ids, ends, strict=True):
        assert now(batch).status == "running"
        job = find_job(job_id)
        assert job
        end(fresh(job)[1], execution)  # type: ignore[arg-type]
    assert now(batch).status == status
    assert (now(batch).running, now(batch).waiting) == (0, 0)


@pytest.mark.parametrize(
    ("ended", "status"),
    [
        ({"completed": 1, "cancelled": 2}, "partial"),
        ({"completed": 1, "failed": 1, "cancelled": 1}, "partial"),
        ({"failed": 1, "cancelled": 2}, "failed"),
        ({"failed": 1, "skipped": 1, "cancelled": 1}, "failed"),
        ({"cancelled": 3}, "cancelled"),
        ({"cancelled": 2, "skipped": 1}, "succeeded"),
        ({"skipped": 3}, "succeeded"),
        ({"completed": 2}, "running"),
        ({"running": 1}, "running"),
        ({}, "queued"),
    ],
)
def test_the_status_follows_from_the_counts(ended: dict[str, int], status: str) -> None:
    members = {"job_ids": ("a", "b", "c")}
    batch = Batch.model_validate({"batch_id": "1", "tenant_id": TENANT, "created_at": at(0)} | members | ended)
    assert batch.status == status


def test_a_retried_attempt_is_no_end() -> None:
    batch = made(1)
    dispatched(at(1))
    job = find_job(batch.job_ids[0])
    assert job
    end(fresh(job)[1], CRASHED, at(2))
    assert (now(batch).status, now(batch).failed, now(batch).waiting) == ("queued", 0, 1)


def test_a_batch_is_cancelled_with_all_its_members() -> None:
    batch = made(3)
    withdraw(TENANT, batch.job_ids[0], at(1))
    assert cancel_batch(TENANT, batch.batch_id, at(2)).status == "cancelled"
    with pytest.raises(StateConflictError):
        cancel_batch(TENANT, batch.batch_id, at(3))


def test_a_member_that_cannot_be_cancelled_for_other_writers_is_no_success(monkeypatch: pytest.MonkeyPatch) -> None:
    batch = submit_batch(TENANT, [PROBE], None, None, at(0)).batch
    monkeypatch.setattr(transitions, "cancel_pending", lambda *_: False)
    monkeypatch.setattr("nightshift.store.write.back_off", lambda _: None)
    with pytest.raises(StateConflictError, match="try again"):
        cancel_batch(TENANT, batch.batch_id, at(1))


def test_a_member_run_again_counts_anew() -> None:
    batch = made(1)
    withdraw(TENANT, batch.job_ids[0], at(1))
    retry(TENANT, batch.job_ids[0], None, at(2))
    assert (now(batch).status, now(batch).cancelled) == ("queued", 0)


def test_another_tenants_batch_is_not_there() -> None:
    with pytest.raises(NotFoundError):
        get_batch("other", made(1).batch_id)
