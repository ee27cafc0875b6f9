"""The store's transitions: each changes what it says, on its condition only, wherever the table is served."""

from concurrent.futures import ThreadPoolExecutor

import pytest

from nightshift import transitions
from nightshift.models.status import JobStatus, RunStatus
from nightshift.store.lanes import list_lanes
from nightshift.store.listing import JobFilter, count_jobs, list_jobs
from nightshift.store.reads import find_run
from nightshift.store.scheduler import read_scheduler
from tests.conformance.jobs import at, claimed, ended, new, now

pytestmark = pytest.mark.usefixtures("backend")


def test_what_was_created_is_read_back_alike_and_is_not_overwritten() -> None:
    job = new()
    assert now(job) == job
    assert not transitions.create(job.model_copy(update={"priority": 9}))
    assert now(job) == job


def test_a_claim_moves_the_job_makes_the_run_and_takes_a_slot() -> None:
    job = new()
    run = claimed(job)
    assert (now(job).status, now(job).current_run_id, now(job).attempts) == ("RUNNING", run.run_id, 1)
    assert find_run(job.job_id, 1) == run
    assert read_scheduler().slots_used == 1
    assert count_jobs("t", JobStatus.QUEUED).value == 0
    assert count_jobs("t", JobStatus.RUNNING).value == 1


def test_a_claim_on_a_stale_view_changes_nothing() -> None:
    job = new()
    claimed(job)
    assert transitions.claim(job, read_scheduler(), at(2)) is None
    assert (now(job).run_number, read_scheduler().slots_used) == (1, 1)


def test_a_claim_past_the_slots_changes_nothing() -> None:
    jobs = [new(second=second) for second in range(3)]
    scheduler = read_scheduler()
    assert [bool(transitions.claim(job, scheduler, at(4))) for job in jobs] == [True, True, False]
    assert find_run(jobs[2].job_id, 1) is None
    assert now(jobs[2]) == jobs[2]


def test_an_end_frees_the_slot_and_counts_once() -> None:
    job = new()
    run = claimed(job)
    assert ended(job, run)
    assert not ended(job, run)
    scheduler = read_scheduler()
    assert (scheduler.slots_used, scheduler.total_executed, scheduler.succeeded) == (0, 1, 1)
    assert now(job).status == "COMPLETED"


def test_an_end_with_a_retry_schedules_the_job_again() -> None:
    job = new()
    run = claimed(job)
    assert ended(job, run, RunStatus.FAILED, retry_at=at(15))
    assert (now(job).status, now(job).next_attempt_at) == ("SCHEDULED", at(15))
    assert transitions.release(now(job), at(15))
    again = claimed(now(job))
    assert (again.run_number, again.attempt) == (2, 2)
    assert again.run_id != run.run_id


def test_a_release_needs_a_scheduled_job_and_lists_its_lane() -> None:
    job = new(JobStatus.SCHEDULED)
    assert list_lanes() == []
    assert transitions.release(job, at(60))
    assert not transitions.release(job, at(60))
    assert now(job).status == "QUEUED"
    assert len(list_lanes()) == 1


def test_a_pending_job_is_cancelled_once() -> None:
    job = new()
    assert transitions.cancel_pending(job, at(1))
    assert not transitions.cancel_pending(job, at(1))
    assert read_scheduler().cancelled == 1
    assert transitions.claim(job, read_scheduler(), at(2)) is None


def test_a_running_job_is_asked_to_stop_once() -> None:
    job = new()
    assert not transitions.ask_to_stop(job, at(1))
    claimed(job)
    assert transitions.ask_to_stop(now(job), at(2))
    assert not transitions.ask_to_stop(now(job), at(3))
    assert now(job).cancel_requested_at == at(2)


def test_pages_are_complete_and_newest_first() -> None:
    jobs = [new(second=second).job_id for second in range(7)]
    wanted, token, seen = JobFilter("t"), None, []
    while True:
        page = list_jobs(wanted, 3, token)
        seen += [job.job_id for job in page.jobs]
        token = page.next_token
        if token is None:
            break
    assert seen == jobs[::-1]


def test_sixteen_claims_at_once_make_one_run(backend: str) -> None:
    if backend == "moto":
        pytest.skip("moto, used in process, has no locks; LocalStack serves the same table with them")
    job = new()
    scheduler = read_scheduler()
    with ThreadPoolExecutor(16) as pool:
        won = list(pool.map(lambda _: transitions.claim(job, scheduler, at(1)), range(16)))
    assert sum(run is not None for run in won) == 1
    assert read_scheduler().slots_used == 1


def test_sixteen_jobs_claimed_at_once_keep_the_limit(backend: str) -> None:
    if backend == "moto":
        pytest.skip("moto, used in process, has no locks; LocalStack serves the same table with them")
    jobs = [new(second=second) for second in range(16)]
    scheduler = read_scheduler()
    with ThreadPoolExecutor(16) as pool:
        list(pool.map(lambda job: transitions.claim(job, scheduler, at(20)), jobs))
    running = [job for job in jobs if now(job).status == "RUNNING"]
    assert 1 <= len(running) <= 2
    assert read_scheduler().slots_used == len(running)
