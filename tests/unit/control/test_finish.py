"""How runs end."""

from typing import Any

import pytest

from nightshift import dispatch
from nightshift.cancel import cancel
from nightshift.content.library import made_by_job
from nightshift.errors import StateConflictError
from nightshift.executions import Execution
from nightshift.finish import LOST
from nightshift.models.job import JobError
from nightshift.models.status import ErrorCode
from nightshift.store.keys import job_key
from nightshift.store.reads import find_job, latest_done
from nightshift.store.scheduler import read_scheduler
from nightshift.store.write import Update
from tests.unit.control.jobs import (
    ABORTED,
    CRASHED,
    REFUSED,
    SKIPPED,
    SUCCEEDED,
    TENANT,
    at,
    end,
    fresh,
    record_step,
    running,
    status,
)

pytestmark = [pytest.mark.unit, pytest.mark.usefixtures("aws")]


def test_success_completes_job_and_run_and_frees_the_slot() -> None:
    job, run = running()
    assert end(run, SUCCEEDED, at(5))
    job, run = fresh(job)
    assert (job.status, run.status, job.exit_code) == ("COMPLETED", "COMPLETED", 0)
    assert job.finished_at == run.finished_at == at(5)
    scheduler = read_scheduler()
    assert (scheduler.slots_used, scheduler.total_executed, scheduler.succeeded) == (0, 1, 1)


def test_nothing_new_is_skipped_and_counted_apart() -> None:
    job, run = running()
    end(run, SKIPPED)
    assert status(job) == "SKIPPED"
    assert (read_scheduler().skipped, read_scheduler().failed) == (1, 0)


@pytest.mark.parametrize(
    "output", [None, {}, "done", ["done"], 5, {"exit_code": "zero"}, {"outcome": "COMPLETED", "more": ["x"]}]
)
def test_a_machine_need_not_say_how_it_ended(output: Any) -> None:
    job, run = running()
    end(run, Execution("SUCCEEDED", output=output))
    assert status(job) == "COMPLETED"


@pytest.mark.parametrize(
    "output",
    [
        {"outcome": "GREAT"},
        {"outcome": "RUNNING"},
        {"outcome": None},
        {"outcome": "COMPLETED", "exit_code": "zero"},
        {"outcome": "COMPLETED", "exit_code": 10**40},
    ],
)
def test_output_that_makes_no_sense_is_the_machines_failure(output: Any) -> None:
    job, run = running(max_attempts=1)
    assert end(run, Execution("SUCCEEDED", output=output))
    job, run = fresh(job)
    assert (job.status, run.status, read_scheduler().slots_used) == ("FAILED", "FAILED", 0)
    assert job.error
    assert job.error.code is ErrorCode.CRASH


def test_an_event_delivered_twice_counts_once() -> None:
    _, run = running()
    assert end(run, SUCCEEDED)
    assert not end(run, SUCCEEDED)
    assert not end(run, CRASHED)
    assert (read_scheduler().total_executed, read_scheduler().slots_used) == (1, 0)


def test_a_late_event_of_an_earlier_run_does_not_touch_the_later_one() -> None:
    job, first = running()
    end(first, CRASHED, at(1))
    candidate = dispatch.attend(job.job_id, at(700))
    assert candidate
    dispatch.fill([candidate], at(700))
    assert not end(first, SUCCEEDED, at(701))
    job, second = fresh(job)
    assert (job.status, second.run_number, second.status) == ("RUNNING", 2, "RUNNING")


def test_a_crash_is_tried_again_later_as_a_new_attempt() -> None:
    job, run = running()
    end(run, CRASHED, at(1))
    job, run = fresh(job)
    assert (job.status, run.status) == ("SCHEDULED", "FAILED")
    assert run.error == JobError(code=ErrorCode.CRASH, message="exit status 137")
    assert job.next_attempt_at
    assert at(1) <= job.next_attempt_at <= at(11)
    assert read_scheduler().failed == 1


def test_the_last_attempt_fails_the_job() -> None:
    job, run = running(max_attempts=1)
    end(run, CRASHED, at(1))
    found = find_job(job.job_id)
    assert found
    assert found.status == "FAILED"
    assert found.error


def test_bad_input_is_not_tried_again() -> None:
    job, run = running()
    end(run, REFUSED)
    assert status(job) == "FAILED"


def test_what_the_worker_recorded_tells_more_than_the_platform() -> None:
    job, run = running(type="story", params={}, max_attempts=1)
    error = {"code": "provider", "message": "the model is away"}
    record_step(run, status="failed", exit_code=2, error=error, started_at="2026-01-31T09:30:00.000Z")
    end(run, CRASHED, at(9))
    found = find_job(job.job_id)
    assert found
    assert (found.exit_code, found.error) == (2, JobError(code=ErrorCode.PROVIDER, message="the model is away"))


def test_artifacts_of_failed_attempts_are_kept_and_finished_ones_carried_on() -> None:
    job, first = running(type="story", params={"max_stories": 3})
    done = {"name": "one.md", "content_type": "text/markdown", "size": 10}
    half = {"name": "half.md", "content_type": "text/markdown", "size": 5}
    record_step(first, status="done", exit_code=0, iteration=0, artifacts=[done], started_at="2026-01-31T09:30:00.000Z")
    record_step(
        first, status="failed", exit_code=2, iteration=1, artifacts=[half], started_at="2026-01-31T09:30:09.000Z"
    )
    end(first, CRASHED, at(10))
    job, first = fresh(job)
    assert [artifact.name for artifact in first.artifacts] == ["one.md", "half.md"]
    candidate = dispatch.attend(job.job_id, at(700))
    assert candidate
    dispatch.fill([candidate], at(700))
    job, second = fresh(job)
    assert second.resume
    assert (second.resume.iteration, second.resume.made) == (1, 1)
    end(second, SUCCEEDED, at(701))
    job, second = fresh(job)
    assert [(artifact.name, artifact.run_id) for artifact in job.artifacts] == [("one.md", first.run_id)]
    assert second.artifacts == ()


def test_a_lost_execution_is_tried_again() -> None:
    job, run = running()
    end(run, LOST)
    job, run = fresh(job)
    assert job.status == "SCHEDULED"
    assert run.error
    assert run.error.code == "lost"


def test_a_cancelled_run_ends_cancelled_and_is_not_tried_again() -> None:
    job, run = running()
    cancel(TENANT, job.job_id, at(1))
    end(run, ABORTED, at(2))
    assert status(job) == "CANCELLED"
    scheduler = read_scheduler()
    assert (scheduler.cancelled, scheduler.total_executed, scheduler.slots_used) == (1, 1, 0)


def test_a_run_that_was_done_before_it_could_be_stopped_is_completed() -> None:
    job, run = running()
    cancel(TENANT, job.job_id, at(1))
    end(run, SUCCEEDED, at(2))
    assert status(job) == "COMPLETED"


def test_an_execution_stopped_in_the_console_cancels_the_job() -> None:
    job, run = running()
    end(run, ABORTED)
    assert status(job) == "CANCELLED"


def test_a_cancel_while_waiting_for_a_retry_ends_the_job() -> None:
    job, run = running()
    end(run, CRASHED, at(1))
    cancel(TENANT, job.job_id, at(2))
    assert status(job) == "CANCELLED"


def test_a_job_that_has_ended_cannot_be_cancelled() -> None:
    job, run = running()
    end(run, SUCCEEDED)
    with pytest.raises(StateConflictError, match="COMPLETED"):
        cancel(TENANT, job.job_id, at(2))


def test_a_second_cancel_changes_nothing() -> None:
    job, _ = running()
    first = cancel(TENANT, job.job_id, at(1))
    second = cancel(TENANT, job.job_id, at(9))
    assert second == first
    assert fresh(job)[0] == first


def test_a_worker_that_died_after_its_last_step_is_not_sent_to_do_more() -> None:
    job, run = running(type="story", params={})
    record_step(run, status="done", exit_code=0, more=False, started_at="2026-01-31T09:30:00.000Z")
    end(run, CRASHED, at(5))
    job, run = fresh(job)
    assert (job.status, run.status, job.exit_code) == ("COMPLETED", "COMPLETED", 0)


def test_a_worker_that_found_nothing_new_before_it_died_is_skipped() -> None:
    job, run = running(type="story", params={})
    record_step(run, status="done", exit_code=6, more=False, started_at="2026-01-31T09:30:00.000Z")
    end(run, CRASHED, at(5))
    assert status(job) == "SKIPPED"


def test_a_step_that_its_worker_died_before_telling_of_is_done_once_more() -> None:
    """The item is there, but the job does not list it."""
    job, run = running(type="story", params={})
    output = {"stories": [{"story_id": "one"}]}
    record_step(run, status="done", exit_code=0, more=False, begun=2, output=output)
    assert made_by_job(job.job_id, "stories") == []
    end(run, CRASHED, at(5))
    job, _ = fresh(job)
    assert (job.status, job.resume and job.resume.iteration) == ("SCHEDULED", 0)

    # As it would be, had the worker lived a little longer.
    Update(job_key(job.job_id), add={"recorded_steps": frozenset({2})}).apply()
    assert [entry["story_id"] for entry in made_by_job(job.job_id, "stories")] == ["one"]
    assert "write_story" in latest_done(job.job_id, fresh(job)[0].recorded_steps)
