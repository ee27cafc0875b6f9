"""Schedules as clients change them and EventBridge Scheduler follows."""

import json

import pytest

from nightshift.cancel import cancel
from nightshift.errors import InvalidRequestError, NotFoundError, StateConflictError
from nightshift.models.schedule_requests import ScheduleRequest
from nightshift.schedules import create_schedule, delete_schedule, get_schedule, trigger
from nightshift.store import schedules as store
from nightshift.timer import mirror_schedule
from tests.unit.control.jobs import TENANT, at
from tests.unit.control.schedules import PROBE, fired, jobs, made, mirrored, now_of, patched

pytestmark = [pytest.mark.unit, pytest.mark.usefixtures("aws")]


def test_a_deleted_schedule_fires_nothing_and_keeps_its_jobs() -> None:
    schedule = made()
    job = fired(schedule, 60)
    assert job
    mirror_schedule(schedule.schedule_id, at(60))
    delete_schedule(TENANT, schedule.schedule_id, at(61))
    assert fired(schedule, 120) is None
    assert [kept.job_id for kept in jobs()] == [job.job_id]
    mirror_schedule(schedule.schedule_id, at(62))
    assert mirrored() is None
    assert store.list_schedules(TENANT, 50, None).items == []
    assert store.overdue_schedules(at(10_000)) == []
    for again in (get_schedule, lambda *known: delete_schedule(*known, at(63))):
        with pytest.raises(NotFoundError):
            again(TENANT, schedule.schedule_id)


def test_a_disabled_schedule_fires_nothing_and_counts_anew_when_enabled() -> None:
    schedule = made()
    disabled = patched(schedule, at(30), enabled=False)
    assert disabled.next_trigger_at is None
    assert fired(schedule, 60) is None
    mirror_schedule(schedule.schedule_id, at(61))
    assert mirrored() is None
    assert patched(schedule, at(90), enabled=True).next_trigger_at == at(150)
    assert fired(schedule, 60, now=91) is None, "its time was before it was enabled"
    assert fired(schedule, 150)


def test_the_timer_makes_of_eventbridge_what_the_schedule_is_now() -> None:
    schedule = made(cron="0/5 * * * ? *", timezone="Europe/Berlin")
    mirror_schedule(schedule.schedule_id, at(0))
    known = mirrored()
    assert known
    assert (known["ScheduleExpression"], known["ScheduleExpressionTimezone"]) == (
        "cron(0/5 * * * ? *)",
        "Europe/Berlin",
    )
    assert json.loads(known["Target"]["Input"]) == {
        "schedule_id": schedule.schedule_id,
        "scheduled_time": "<aws.scheduler.scheduled-time>",
    }
    patched(schedule, at(10), rate="1 hour")
    # Its events come late and in any order: each looks at the schedule as it is.
    for _ in range(2):
        mirror_schedule(schedule.schedule_id, at(20))
    known = mirrored()
    assert known
    assert (known["ScheduleExpression"], known["StartDate"]) == ("rate(1 hour)", at(10 + 3600))


def test_a_rename_moves_no_times() -> None:
    schedule = made()
    renamed = patched(schedule, at(30), name="other", rate="1 minute")
    assert (renamed.name, renamed.since, renamed.revision) == ("other", schedule.since, schedule.revision)


def test_triggered_now_it_makes_a_job_unless_its_last_has_not_ended() -> None:
    schedule = made(enabled=False)
    first = trigger(TENANT, schedule.schedule_id, "key", "correlation", at(1))
    assert now_of(schedule).last_job_id == first.job.job_id
    with pytest.raises(StateConflictError, match=first.job.job_id):
        trigger(TENANT, schedule.schedule_id, None, None, at(2))
    again = trigger(TENANT, schedule.schedule_id, "key", "correlation", at(3))
    assert (again.replayed, again.job.job_id) == (True, first.job.job_id)
    cancel(TENANT, first.job.job_id, at(4))
    assert trigger(TENANT, schedule.schedule_id, None, None, at(5)).job.job_id != first.job.job_id


def test_the_same_key_is_the_same_schedule() -> None:
    first = made(key="key")
    again = create_schedule(
        TENANT, ScheduleRequest.model_validate({"name": "s", "job": PROBE, "rate": "1 minute"}), "key", at(9)
    )
    assert (again.replayed, again.resource) == (True, first)
    with pytest.raises(InvalidRequestError, match="Idempotency-Key"):
        made(key="key", rate="1 hour")
    delete_schedule(TENANT, first.schedule_id, at(10))
    with pytest.raises(StateConflictError, match="deleted"):
        made(key="key")


@pytest.mark.parametrize("cron", ["0 0 31 2 ? *", "0 0 * * ? 2020"])
def test_a_schedule_that_would_never_fire_is_refused(cron: str) -> None:
    with pytest.raises(InvalidRequestError, match="never fires"):
        made(cron=cron)
    schedule = made()
    with pytest.raises(InvalidRequestError, match="never fires"):
        patched(schedule, at(1), cron=cron)


def test_after_its_last_time_a_schedule_stays_and_is_due_no_more() -> None:
    schedule = made(cron="31 9 31 1 ? 2026")
    assert fired(schedule, 60)
    assert now_of(schedule).next_trigger_at is None
    mirror_schedule(schedule.schedule_id, at(61))
    assert mirrored() is None
    assert store.overdue_schedules(at(10_000)) == []


def test_another_tenants_schedule_is_not_there() -> None:
    with pytest.raises(NotFoundError):
        get_schedule("other", made().schedule_id)
    assert store.list_schedules("other", 50, None).items == []
