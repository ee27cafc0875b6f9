"""What clients change: waiting jobs, ended jobs, batches and reservations, wherever the table is served."""

import uuid
from typing import Any

import pytest

from nightshift import executions, transitions
from nightshift.clock import rfc3339
from nightshift.models.batch import Batch
from nightshift.models.job import Job, JobError
from nightshift.models.status import ErrorCode, JobStatus, RunStatus
from nightshift.store.items import Item
from nightshift.store.job_writes import LOOK_AFTER
from nightshift.store.keys import batch_key, job_key
from nightshift.store.lanes import list_lanes
from nightshift.store.listing import count_jobs
from nightshift.store.reads import find_item, find_job, find_run
from nightshift.store.reservations import Reservation
from nightshift.store.scheduler import read_scheduler
from nightshift.store.statistics import read_statistics
from tests.conformance.jobs import at, claimed, ended, new, now, unwritten

pytestmark = pytest.mark.usefixtures("backend")


def test_a_change_needs_the_version_that_was_read() -> None:
    job = new()
    assert transitions.amend(job, {"priority": 7}, JobStatus.QUEUED, at(1))
    assert not transitions.amend(job, {"priority": 3}, JobStatus.QUEUED, at(2))
    assert (now(job).priority, now(job).version) == (7, 2)


def test_a_changed_time_moves_a_job_out_of_the_queue_and_back() -> None:
    job = new()
    assert transitions.amend(job, {"run_at": at(60)}, JobStatus.SCHEDULED, at(1))
    assert [count_jobs("t", status).value for status in (JobStatus.QUEUED, JobStatus.SCHEDULED)] == [0, 1]
    assert transitions.claim(now(job), read_scheduler(), at(2)) is None
    assert transitions.amend(now(job), {"run_at": None}, JobStatus.QUEUED, at(3))
    assert len(list_lanes()) == 1
    assert claimed(now(job)).run_number == 1


def test_a_retry_queues_an_ended_job_once_and_grants_an_attempt() -> None:
    job = new()
    assert ended(job, claimed(job), RunStatus.FAILED)
    seen = now(job).model_copy(update={"max_attempts": 1})
    assert transitions.requeue(seen, None, at(6))
    assert not transitions.requeue(seen, None, at(7))
    assert (now(job).status, now(job).max_attempts, now(job).finished_at) == ("QUEUED", 2, None)
    assert read_statistics("t").failed == 1


def test_the_execution_is_noted_on_its_run_only() -> None:
    job = new()
    run = claimed(job)
    executions.note(run)
    executions.note(run.model_copy(update={"run_number": 2}))
    found = find_run(job.job_id, 1)
    assert found
    assert found.execution_arn == executions.arn_of(run)
    assert find_run(job.job_id, 2) is None


def test_a_waiting_job_fails_once_and_no_run_is_counted() -> None:
    job, error = new(JobStatus.WAITING), JobError(code=ErrorCode.PROVIDER, message="no image")
    assert transitions.fail_pending(job, "img_gen", error, at(1))
    assert not transitions.fail_pending(job, "img_gen", error, at(2))
    assert (now(job).status, now(job).error, now(job).finished_at) == ("FAILED", error, at(1))
    assert read_scheduler().total_executed == 0


def test_when_to_look_at_a_job_is_changed_while_it_runs_and_put_off_when_it_is_overdue() -> None:
    job = new()
    run = claimed(job)
    seen = now(job)
    transitions.look_again(seen, at(90))
    transitions.put_off(job.job_id, at(89))
    assert _due_at(job) == rfc3339(at(90))
    transitions.put_off(job.job_id, at(90))
    assert _due_at(job) == rfc3339(at(90) + LOOK_AFTER)
    assert now(job) == seen
    assert ended(job, run)
    transitions.look_again(seen, at(300))
    assert _due_at(job) is None


def _due_at(job: Job) -> Any:
    return (find_item(job_key(job.job_id)) or {}).get("due_at")


def _batch(*jobs: Job, batch_id: str) -> Batch:
    return Batch(batch_id=batch_id, tenant_id="t", job_ids=tuple(job.job_id for job in jobs), created_at=at(0))


def _counted(batch: Batch) -> Batch:
    found = find_item(batch_key(batch.batch_id))
    assert found
    return Batch.model_validate(found)


def test_a_batch_is_made_with_all_of_its_jobs_or_not_at_all() -> None:
    taken, batch_id = new(), str(uuid.uuid4())
    fresh = unwritten(batch_id=batch_id)
    assert not transitions.create_batch(_batch(fresh, taken, batch_id=batch_id), [fresh, taken])
    key: Item = batch_key(batch_id)
    assert (find_item(key), find_job(fresh.job_id)) == (None, None)


def test_a_batch_counts_what_becomes_of_its_jobs() -> None:
    batch_id = str(uuid.uuid4())
    jobs = [unwritten(second=second, batch_id=batch_id) for second in range(3)]
    batch = _batch(*jobs, batch_id=batch_id)
    assert transitions.create_batch(batch, jobs)
    run = claimed(now(jobs[0]))
    assert (_counted(batch).running, _counted(batch).waiting) == (1, 2)
    assert ended(jobs[0], run, RunStatus.FAILED)
    assert transitions.cancel_pending(now(jobs[1]), at(6))
    assert (_counted(batch).failed, _counted(batch).cancelled, _counted(batch).running) == (1, 1, 0)
    assert transitions.requeue(now(jobs[0]), None, at(7))
    assert (_counted(batch).failed, _counted(batch).waiting) == (0, 2)


def _direct(second: float = 0) -> tuple[Job, Reservation]:
    """A job with the slot that is to be kept for it."""
    job = unwritten(second=second).model_copy(update={"reserved_until": at(600)})
    return job, Reservation(tenant_id="t", type="probe", job_id=job.job_id, reserved_at=at(0), lapses_at=at(600))


def test_a_tenant_has_one_reservation_and_a_refused_one_leaves_no_job() -> None:
    (first, reservation), (second, another) = _direct(), _direct(second=1)
    assert transitions.create_direct(first, reservation)
    assert not transitions.create_direct(second, another)
    assert find_job(second.job_id) is None
    reserved = read_scheduler().reservation_of("t", at(1))
    assert reserved
    assert reserved.job_id == first.job_id


def test_a_reservation_is_consumed_by_the_claim_of_its_job() -> None:
    direct, reservation = _direct()
    assert transitions.create_direct(direct, reservation)
    stale = read_scheduler()
    claimed(direct)
    assert read_scheduler().reservation_of("t", at(2)) is None
    assert transitions.claim(new(second=2), stale, at(3)) is None, "it counted on a slot that was kept for another"


def test_a_reservation_is_given_up_when_its_job_is_cancelled() -> None:
    direct, reservation = _direct()
    assert transitions.create_direct(direct, reservation)
    assert transitions.cancel_pending(now(direct), at(1))
    assert read_scheduler().reservation_of("t", at(2)) is None
