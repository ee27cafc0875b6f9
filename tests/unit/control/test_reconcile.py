"""What was missed is made good, and what is in order is left alone."""

import time
from collections.abc import Callable

import pytest

from nightshift import executions, transitions
from nightshift import reconcile as module
from nightshift.cancel import cancel
from nightshift.clock import rfc3339
from nightshift.executions import stop
from nightshift.models.job import Job
from nightshift.models.schedule_requests import ScheduleRequest
from nightshift.reconcile import monitor, reconcile
from nightshift.schedules import create_schedule, get_schedule
from nightshift.store.job_writes import LOOK_AFTER
from nightshift.store.scheduler import read_scheduler
from tests.unit.control.jobs import TENANT, at, executions_of, fresh, make, running, status
from tests.unit.control.steps import image_of, three_steps, waiting, write_by_hand

pytestmark = [pytest.mark.unit, pytest.mark.usefixtures("aws")]
__all__ = ["three_steps"]

PROBE = {"type": "probe", "params": {"cli": False}}

LATER = 46


def test_a_queued_job_that_nobody_was_told_of_is_started() -> None:
    job = make()
    reconcile(at(1))
    assert status(job) == "RUNNING"


def test_a_run_claimed_but_not_started_is_started() -> None:
    job = make()
    run = transitions.claim(job, read_scheduler(), at(1))
    assert run
    reconcile(at(2))
    assert executions_of() == []
    reconcile(at(1 + LATER))
    assert executions_of() == [run.run_id]


@pytest.mark.parametrize("known_from", ["its worker", "an earlier look"])
def test_an_execution_that_is_gone_is_lost_and_tried_again(known_from: str) -> None:
    job, run = running()
    if known_from == "its worker":
        write_by_hand(job, current_step="probe", step_status="running")
    else:
        reconcile(at(LATER))
    _delete_execution(run.run_id)
    reconcile(at(2 * LATER))
    job, run = fresh(job)
    assert (job.status, run.status) == ("SCHEDULED", "FAILED")
    assert run.error
    assert run.error.code == "lost"


def test_an_execution_that_nobody_has_seen_is_started() -> None:
    """Perhaps for a second time: no worker has begun."""
    job, run = running()
    _delete_execution(run.run_id)
    assert monitor(job, at(1)) == job
    reconcile(at(LATER))
    assert (executions_of(), status(job)) == ([run.run_id], "RUNNING")


def test_an_end_that_was_not_heard_of_is_settled() -> None:
    job, run = running()
    stop(executions.arn_of(run), "by hand")
    reconcile(at(LATER))
    assert status(job) == "CANCELLED"
    assert read_scheduler().slots_used == 0


def test_a_cancel_that_was_not_heard_of_stops_the_execution() -> None:
    job, _ = running()
    cancel(TENANT, job.job_id, at(1))
    reconcile(at(LATER))
    reconcile(at(2 * LATER + 1))
    assert status(job) == "CANCELLED"


def test_a_deferred_job_whose_schedule_never_fired_is_released_and_started() -> None:
    job = make(run_at=at(60))
    reconcile(at(59))
    assert status(job) == "SCHEDULED"
    reconcile(at(61))
    assert status(job) == "RUNNING"


def test_deferred_jobs_are_released_however_many_are_due(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "_PAGE", 2)
    jobs = [make(run_at=at(60)) for _ in range(5)]
    reconcile(at(61))
    assert sorted(status(job) for job in jobs) == ["QUEUED"] * 3 + ["RUNNING"] * 2


def test_a_run_in_order_is_left_alone_and_looked_at_again_later() -> None:
    job, _ = running()
    before = fresh(job)[0].version
    assert reconcile(at(LATER))["running"] == 1
    assert reconcile(at(LATER + 1))["running"] == 0
    assert reconcile(at(2 * LATER))["running"] == 1
    assert fresh(job)[0].version == before


def test_one_job_that_cannot_be_healed_does_not_keep_the_others(monkeypatch: pytest.MonkeyPatch) -> None:
    broken, _ = running()
    healthy, run = running()
    write_by_hand(healthy, current_step="probe", step_status="running")
    _delete_execution(run.run_id)
    describe = executions.describe

    def fail_for_one(arn: str) -> executions.Execution | None:
        if fresh(broken)[1].run_id in arn:
            raise RuntimeError("no answer")
        return describe(arn)

    monkeypatch.setattr(module.executions, "describe", fail_for_one)
    reconcile(at(LATER))
    assert (status(broken), status(healthy)) == ("RUNNING", "SCHEDULED")


@pytest.mark.parametrize("make_broken", [lambda: running()[0], lambda: make(run_at=at(10)), waiting])
def test_an_item_that_is_no_job_keeps_none_of_the_others(make_broken: Callable[[], Job], three_steps: None) -> None:
    broken = make_broken()
    write_by_hand(broken, exit_code="zero")
    missed = make(now=at(1))
    looked_at = reconcile(at(LATER))
    assert looked_at["started"] == 1
    assert fresh(missed)[0].status == "RUNNING"
    item = image_of(broken)
    assert item["due_at"]["S"] == rfc3339(at(LATER) + LOOK_AFTER)


def test_very_many_running_jobs_leave_the_others_some_of_the_time(monkeypatch: pytest.MonkeyPatch) -> None:
    for _ in range(2):
        running()
    schedule = create_schedule(TENANT, ScheduleRequest(name="n", rate="1 hour", job=PROBE), None, at(0)).resource
    clock = [0.0]

    def take_long(*_: object) -> None:
        clock[0] += 25

    monkeypatch.setattr(module, "check_running", take_long)
    monkeypatch.setattr(time, "monotonic", lambda: clock[0])
    looked_at = reconcile(at(3700), seconds=40)
    assert (looked_at["running"], looked_at["fired"]) == (1, 1)
    assert get_schedule(TENANT, schedule.schedule_id).last_job_id


def _delete_execution(name: str) -> None:
    from moto.stepfunctions.models import stepfunctions_backends

    machines = stepfunctions_backends["123456789012"]["us-east-1"].state_machines
    for machine in machines:
        machine.executions = [execution for execution in machine.executions if execution.name != name]
