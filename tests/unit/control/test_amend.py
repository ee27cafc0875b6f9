"""Changing jobs that wait, and running ended ones again."""

import pytest

from nightshift import dispatch
from nightshift.amend import patch, retry
from nightshift.cancel import cancel, withdraw
from nightshift.errors import InvalidRequestError, NotFoundError, StateConflictError
from nightshift.models.requests import JobPatch
from nightshift.store.reads import find_job, list_runs
from tests.unit.control.jobs import (
    CRASHED,
    REFUSED,
    SUCCEEDED,
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


def test_a_raised_priority_overtakes_and_keeps_the_age() -> None:
    first, second, third = (make(at(second)) for second in range(3))
    patch(TENANT, third.job_id, JobPatch(priority=5), at(5))
    patch(TENANT, second.job_id, JobPatch(priority=5), at(6))
    assert dispatched(at(7)) == [second.job_id, third.job_id]
    assert status(first) == "QUEUED"


def test_a_queued_job_can_be_deferred_and_called_back() -> None:
    job = make()
    assert patch(TENANT, job.job_id, JobPatch(run_at=at(600)), at(1)).status == "SCHEDULED"
    assert dispatched(at(2)) == []
    assert patch(TENANT, job.job_id, JobPatch(run_at=None), at(3)).status == "QUEUED"
    assert dispatched(at(4)) == [job.job_id]


def test_a_job_that_waits_for_its_retry_can_be_called_at_once() -> None:
    job, run = running()
    end(run, CRASHED, at(1))
    patched = patch(TENANT, job.job_id, JobPatch(run_at=None), at(2))
    assert (patched.status, patched.next_attempt_at) == ("QUEUED", None)


def test_what_is_not_named_stays() -> None:
    job = make(priority=3, tags=["a"])
    assert patch(TENANT, job.job_id, JobPatch(tags=["b"]), at(1)).priority == 3


def test_a_running_or_ended_job_is_not_changed() -> None:
    job, run = running()
    with pytest.raises(StateConflictError, match="RUNNING"):
        patch(TENANT, job.job_id, JobPatch(priority=1), at(1))
    with pytest.raises(StateConflictError, match="RUNNING"):
        withdraw(TENANT, job.job_id, at(1))
    end(run, SUCCEEDED)
    with pytest.raises(StateConflictError, match="COMPLETED"):
        patch(TENANT, job.job_id, JobPatch(priority=1), at(2))
    with pytest.raises(StateConflictError, match="COMPLETED"):
        retry(TENANT, job.job_id, None, at(2))


def test_a_job_that_waits_can_be_taken_back() -> None:
    for job in (make(), make(run_at=at(600))):
        withdraw(TENANT, job.job_id, at(1))
        assert status(job) == "CANCELLED"
        with pytest.raises(StateConflictError):
            withdraw(TENANT, job.job_id, at(2))


def test_another_tenants_job_is_not_there() -> None:
    job = make()
    for act in (
        lambda: patch("other", job.job_id, JobPatch(priority=1), at(1)),
        lambda: withdraw("other", job.job_id, at(1)),
        lambda: cancel("other", job.job_id, at(1)),
        lambda: retry("other", job.job_id, None, at(1)),
    ):
        with pytest.raises(NotFoundError):
            act()


def test_a_failed_job_is_run_again_with_one_attempt_granted() -> None:
    job, run = running(max_attempts=1)
    end(run, CRASHED, at(1))
    again = retry(TENANT, job.job_id, None, at(2))
    assert (again.status, again.max_attempts, again.error, again.finished_at) == ("QUEUED", 2, None, None)
    assert dispatched(at(3)) == [job.job_id]
    job, second = fresh(job)
    end(second, CRASHED, at(4))
    assert status(job) == "FAILED"
    assert [run.attempt for run in list_runs(job)] == [2, 1]


def test_a_retry_goes_on_where_it_failed_or_begins_where_it_is_told() -> None:
    for from_step, iteration in ((None, 1), ("write_story", None)):
        job, run = running(type="story", params={"max_stories": 2}, max_attempts=1)
        record_step(run, status="done", exit_code=0, iteration=0, started_at="2026-01-31T09:30:00.000Z")
        end(run, REFUSED, at(1))
        retry(TENANT, job.job_id, from_step, at(2))
        dispatch.fill([], at(3))
        _, second = fresh(job)
        assert (second.resume and second.resume.iteration) == iteration
        end(second, SUCCEEDED, at(4))


def test_a_retry_from_a_step_that_is_not_there_is_refused() -> None:
    job, run = running()
    end(run, REFUSED, at(1))
    with pytest.raises(InvalidRequestError, match="no step"):
        retry(TENANT, job.job_id, "overlay", at(2))


def test_a_cancelled_job_can_be_run_again() -> None:
    job = make()
    cancel(TENANT, job.job_id, at(1))
    retry(TENANT, job.job_id, None, at(2))
    found = find_job(job.job_id)
    assert found
    assert found.cancel_requested_at is None
    assert dispatched(at(3)) == [job.job_id]
