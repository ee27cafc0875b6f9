"""Order, slots, claims and starts."""

import json
from unittest.mock import Mock

import pytest
from botocore.exceptions import EndpointConnectionError

from bench.counting import counting
from nightshift import clients, dispatch, executions, transitions
from nightshift.amend import retry
from nightshift.cancel import cancel
from nightshift.clients import sqs
from nightshift.control import configure
from nightshift.job_types import JOB_TYPES
from nightshift.models.job import Job
from nightshift.models.requests import SchedulerConfigPatch
from nightshift.models.run import Run
from nightshift.settings import settings
from nightshift.store import lanes
from nightshift.store.keys import job_key, lane_key
from nightshift.store.reads import find_job
from nightshift.store.scheduler import read_scheduler
from nightshift.store.write import Update
from tests.unit.control.jobs import (
    SUCCEEDED,
    TENANT,
    at,
    dispatched,
    end,
    executions_of,
    fresh,
    make,
    running,
    status,
)
from tests.unit.control.steps import write_by_hand

pytestmark = [pytest.mark.unit, pytest.mark.usefixtures("aws")]


def test_priority_goes_first_then_age_over_all_lanes() -> None:
    old, young = make(at(0)), make(at(1), type="story", params={})
    urgent = make(at(2), priority=10)
    assert dispatched(at(3)) == [urgent.job_id, old.job_id]
    assert status(young) == "QUEUED"


def test_no_more_run_than_there_are_slots_and_a_freed_slot_is_taken() -> None:
    for second in range(3):
        make(at(second))
    started = dispatched(at(4))
    assert len(started) == 2
    assert dispatched(at(5)) == []
    job = find_job(started[0])
    assert job
    end(fresh(job)[1], SUCCEEDED, at(6))
    assert len(dispatched(at(7))) == 1
    assert read_scheduler().slots_used == 2


def test_what_fits_beyond_what_one_dispatch_claims_is_left_to_another(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(dispatch, "_CLAIMS_AT_MOST", 2)
    configure(SchedulerConfigPatch(max_concurrency=5))
    jobs = [make(at(second)).job_id for second in range(4)]
    assert dispatched(at(5)) == jobs[:2]
    (message,) = sqs().receive_message(QueueUrl=settings().dispatch_queue_url)["Messages"]
    assert list(json.loads(message["Body"])) == ["config_version"]
    assert dispatched(at(6)) == jobs[2:]
    assert "Messages" not in sqs().receive_message(QueueUrl=settings().dispatch_queue_url)


def test_two_dispatchers_that_saw_the_same_job_make_one_run() -> None:
    job = make()
    scheduler = read_scheduler()
    assert transitions.claim(job, scheduler, at(1))
    assert transitions.claim(job, scheduler, at(1)) is None
    assert read_scheduler().slots_used == 1


def test_a_job_taken_back_and_retried_since_it_was_read_is_not_claimed_as_it_was() -> None:
    seen = make()
    cancel(TENANT, seen.job_id, at(1))
    assert dispatch.fill([seen], at(2)) == []
    retry(TENANT, seen.job_id, None, at(3))
    assert transitions.claim(seen, read_scheduler(), at(4)) is None
    assert [run.job_id for run in dispatch.fill([seen], at(5))] == [seen.job_id]


def test_a_named_job_is_not_read_again() -> None:
    job = make()
    with counting(clients.dynamodb()) as count:
        assert dispatch.fill([job], at(1))
    assert count.operations["dynamodb.GetItem"].calls == 1, "the scheduler, and nothing else"


def test_a_claim_past_the_last_slot_changes_nothing() -> None:
    jobs = [make(at(second)) for second in range(3)]
    scheduler = read_scheduler()
    assert [bool(transitions.claim(job, scheduler, at(4))) for job in jobs] == [True, True, False]
    assert status(jobs[2]) == "QUEUED"


def test_each_claim_has_its_own_time() -> None:
    jobs = [make(at(second)) for second in range(2)]
    times = iter([at(5), at(6)])
    dispatch.fill([], at(4), clock=lambda: next(times))
    assert [fresh(job)[1].started_at for job in jobs] == [at(5), at(6)]


def test_starting_twice_is_starting_once() -> None:
    job, run = running()
    dispatch.attend(job.job_id, at(9))
    assert executions_of() == [run.run_id]


def test_a_start_is_left_to_who_has_just_claimed_and_made_good_later() -> None:
    job = make()
    run = transitions.claim(job, read_scheduler(), at(4))
    assert run
    dispatch.attend(job.job_id, at(5))
    assert executions_of() == []
    dispatch.attend(job.job_id, at(9))
    assert executions_of() == [run.run_id]


def test_a_job_the_index_does_not_show_yet_is_claimed_when_it_is_named() -> None:
    job = make()
    lane = lanes.list_lanes()[0]
    lanes.drop_if_idle(lane, at(3600))
    assert dispatched() == []
    candidate = dispatch.attend(job.job_id, at(1))
    assert candidate
    assert [run.job_id for run in dispatch.fill([candidate], at(1))] == [job.job_id]


def test_an_empty_lane_is_dropped_but_not_while_it_may_be_in_use() -> None:
    running()
    dispatched(at(170))
    assert len(lanes.list_lanes()) == 1
    dispatched(at(190))
    assert lanes.list_lanes() == []


def test_a_stopped_scheduler_claims_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SCHEDULER_STARTED", "false")
    settings.cache_clear()
    make()
    assert dispatched() == []


def test_a_deferred_job_is_released_when_due_and_not_before() -> None:
    job = make(run_at=at(60))
    assert dispatch.attend(job.job_id, at(59)) is None
    assert status(job) == "SCHEDULED"
    assert dispatch.attend(job.job_id, at(60))
    assert status(job) == "QUEUED"


def test_a_message_that_comes_early_comes_again() -> None:
    job = make(run_at=at(60.5))
    dispatch.attend(job.job_id, at(60))
    assert _delayed() == 1
    far = make(run_at=at(3600))
    dispatch.attend(far.job_id, at(60))
    assert _delayed() == 1


def test_a_pending_job_is_cancelled_at_once_and_never_runs() -> None:
    job = make()
    cancel(TENANT, job.job_id, at(1))
    assert dispatched(at(2)) == []
    assert read_scheduler().cancelled == 1


def test_cancel_without_a_worker_stops_the_execution_at_once() -> None:
    job, run = running()
    cancel(TENANT, job.job_id, at(1))
    dispatch.attend(job.job_id, at(1))
    stopped = executions.describe(executions.arn_of(run))
    assert stopped
    assert stopped.status == "ABORTED"


def test_a_start_that_fails_keeps_no_cancel_from_stopping_what_runs(monkeypatch: pytest.MonkeyPatch) -> None:
    job, run = running()
    cancel(TENANT, job.job_id, at(1))
    refuse = Mock(side_effect=EndpointConnectionError(endpoint_url="https://states"))
    monkeypatch.setattr(clients.stepfunctions(), "start_execution", refuse)
    dispatch.attend(job.job_id, at(1))
    assert refuse.called
    stopped = executions.describe(executions.arn_of(run))
    assert stopped
    assert stopped.status == "ABORTED"


def test_cancel_with_a_worker_leaves_it_its_time_and_looks_again() -> None:
    job, run = running()
    Update(job_key(job.job_id), values={"step_status": "running", "current_step": "probe"}).apply()
    cancel(TENANT, job.job_id, at(1))
    dispatch.attend(job.job_id, at(2))
    first = executions.describe(executions.arn_of(run))
    assert first
    assert first.status == "RUNNING"
    assert _delayed() == 1
    dispatch.attend(job.job_id, at(21))
    second = executions.describe(executions.arn_of(run))
    assert second
    assert second.status == "ABORTED"


def test_a_run_that_can_never_start_fails_and_holds_up_nobody(monkeypatch: pytest.MonkeyPatch) -> None:
    first, second = make(at(0)), make(at(1))
    _break_start_of(first, executions.StartRefusedError("too large"), monkeypatch)
    assert dispatched(at(2)) == [second.job_id]
    found = find_job(first.job_id)
    assert found
    assert (found.status, found.error and found.error.code) == ("FAILED", "input")
    assert read_scheduler().slots_used == 1


def test_a_start_that_failed_for_now_is_tried_again_and_holds_up_nobody(monkeypatch: pytest.MonkeyPatch) -> None:
    first, second = make(at(0)), make(at(1))
    with monkeypatch.context() as broken:
        _break_start_of(first, EndpointConnectionError(endpoint_url="states"), broken)
        assert dispatched(at(2)) == [second.job_id]
    assert (status(first), _delayed()) == ("RUNNING", 1)
    dispatch.attend(first.job_id, at(7))
    assert len(executions_of()) == 2


def test_a_queued_job_that_is_named_lists_its_lane_again() -> None:
    job = make()
    clients.dynamodb().delete_item(TableName="nightshift", Key=lane_key(job.tenant_id, job.type))
    lanes.forget_touches()
    dispatch.attend(job.job_id, at(1))
    assert dispatched(at(2)) == [job.job_id]


def _break_start_of(job: Job, error: Exception, monkeypatch: pytest.MonkeyPatch) -> None:
    start = executions.start

    def fail(run: Run) -> str:
        if run.job_id == job.job_id:
            raise error
        return start(run)

    monkeypatch.setattr(executions, "start", fail)


def _delayed() -> int:
    """Messages that wait in the dispatch queue for their time."""
    name = "ApproximateNumberOfMessagesDelayed"
    found = sqs().get_queue_attributes(QueueUrl=settings().dispatch_queue_url, AttributeNames=[name])
    return int(found["Attributes"][name])


def test_an_item_that_is_no_job_holds_up_none_of_the_others() -> None:
    broken, whole = make(priority=100), make(at(1))
    write_by_hand(broken, exit_code="zero")
    assert dispatched(at(2)) == [whole.job_id]


def test_a_job_of_a_type_that_is_gone_fails_and_frees_its_slot(monkeypatch: pytest.MonkeyPatch) -> None:
    job, other = make(type="research", params={"topic": "wells"}, priority=100), make(at(1))
    monkeypatch.delitem(JOB_TYPES, "research")
    assert dispatched(at(2)) == [other.job_id]
    job, run = fresh(job)
    assert (job.status, run.status, read_scheduler().slots_used) == ("FAILED", "FAILED", 1)
    assert job.error
    assert (job.error.code, job.error.message) == ("input", "There is no job type research any more.")
