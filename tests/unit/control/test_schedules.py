"""Schedules: one job for each of their times, whatever is told twice, late, or not at all."""

import json
from datetime import datetime
from typing import Any

import pytest

from nightshift import clients, transitions
from nightshift.cancel import cancel
from nightshift.errors import InvalidRequestError, NotFoundError, StateConflictError
from nightshift.firing import fire
from nightshift.models.job import Job
from nightshift.models.requests import TenantPatch, TenantRequest
from nightshift.models.schedule import Schedule, Skip
from nightshift.models.schedule_requests import SchedulePatch, ScheduleRequest
from nightshift.reconcile import reconcile
from nightshift.schedules import create_schedule, delete_schedule, get_schedule, patch_schedule, trigger
from nightshift.store import schedules as store
from nightshift.store.keys import schedule_key
from nightshift.store.listing import JobFilter, list_jobs
from nightshift.tenants import create_tenant, patch_tenant
from nightshift.timer import mirror_schedule
from tests.unit.control.jobs import SUCCEEDED, T0, TENANT, at, dispatched, end, fresh

pytestmark = [pytest.mark.unit, pytest.mark.usefixtures("aws")]

PROBE = {"type": "probe", "params": {"cli": False}}
MINUTE = 60


def made(now: datetime = T0, key: str | None = None, **request: Any) -> Schedule:
    """Every minute from T0, 09:30:00, on, unless asked otherwise."""
    times = {} if request.keys() & {"cron", "rate"} else {"rate": "1 minute"}
    wanted = ScheduleRequest.model_validate({"name": "s", "job": PROBE} | times | request)
    return create_schedule(TENANT, wanted, key, now).resource


def patched(schedule: Schedule, now: datetime, **changes: Any) -> Schedule:
    return patch_schedule(TENANT, schedule.schedule_id, SchedulePatch.model_validate(changes), now)


def now_of(schedule: Schedule) -> Schedule:
    found = store.find_schedule(schedule.schedule_id)
    assert found
    return found


def fired(schedule: Schedule, second: float, now: float | None = None) -> Job | None:
    return fire(schedule.schedule_id, at(second), at(second if now is None else now))


def jobs() -> list[Job]:
    return list_jobs(JobFilter(TENANT), 200, None).jobs


def finish(job: Job) -> None:
    assert job.job_id in dispatched(at(0))
    end(fresh(job)[1], SUCCEEDED)


def mirrored() -> dict[str, Any] | None:
    """What EventBridge Scheduler knows of the only schedule."""
    found = clients.scheduler().list_schedules(GroupName="nightshift")["Schedules"]
    if not found:
        return None
    (schedule,) = found
    return dict(clients.scheduler().get_schedule(Name=schedule["Name"], GroupName="nightshift"))


def test_each_time_makes_one_job_of_the_schedule() -> None:
    schedule = made(overlap="allow", job=PROBE | {"priority": 7})
    first, second = fired(schedule, 60), fired(schedule, 120)
    assert first
    assert second
    assert (first.schedule_id, first.priority, first.status) == (schedule.schedule_id, 7, "QUEUED")
    seen = now_of(schedule)
    assert (seen.last_job_id, seen.last_trigger_at, seen.next_trigger_at) == (second.job_id, at(120), at(180))
    assert len(jobs()) == 2


def test_a_time_told_twice_late_or_out_of_order_makes_one_job() -> None:
    schedule = made(overlap="allow")
    assert fired(schedule, 120)
    assert fired(schedule, 60, now=200)
    assert fired(schedule, 60, now=201) is None
    assert fired(schedule, 120, now=202) is None
    assert fired(schedule, 120.5, now=203) is None
    assert len(jobs()) == 2
    assert now_of(schedule).last_trigger_at == at(120)


def test_while_its_tenant_is_disabled_a_schedule_makes_no_job_and_says_so() -> None:
    create_tenant(TenantRequest(tenant_id=TENANT, name="T"), None, T0)
    schedule = made(overlap="allow")
    patch_tenant(TENANT, TenantPatch(disabled=True))
    assert fired(schedule, 60) is None
    reconcile(at(400))
    assert jobs() == []
    seen = now_of(schedule)
    assert (seen.last_skip, seen.last_trigger_at) == (Skip.TENANT_DISABLED, at(120))
    assert seen.next_trigger_at == at(420)
    patch_tenant(TENANT, TenantPatch(disabled=False))
    assert fired(schedule, 420)
    assert now_of(schedule).last_skip is None


def test_while_the_last_job_has_not_ended_a_time_is_skipped_for_good() -> None:
    schedule = made()
    first = fired(schedule, 60)
    assert first
    assert fired(schedule, 120) is None
    assert (now_of(schedule).last_trigger_at, now_of(schedule).last_skip) == (at(120), Skip.UNFINISHED)
    finish(first)
    assert fired(schedule, 120, now=130) is None, "it was skipped, and its message came again"
    assert fired(schedule, 180)
    assert len(jobs()) == 2


def test_a_webhook_goes_to_every_job_and_its_secret_is_kept_sealed() -> None:
    secret = "whsec_" + "QUJD" * 10
    webhook = {"url": "https://example.com/hook", "events": ["completed"], "secret": secret}
    schedule = made(job=PROBE | {"webhook": webhook})
    job = fired(schedule, 60)
    assert job
    assert job.webhook
    assert job.webhook.sealed_secret
    assert job.webhook == now_of(schedule).webhook
    item = clients.dynamodb().get_item(TableName="nightshift", Key=schedule_key(schedule.schedule_id))["Item"]
    assert secret not in str(item)
    assert "webhook" not in item["job"]["M"]
    assert patched(schedule, at(61), job=PROBE).webhook is None


def test_two_dispatchers_at_once_make_one_job(monkeypatch: pytest.MonkeyPatch) -> None:
    schedule = made(overlap="allow")
    create_with = transitions.create_with

    def overtaken(*arguments: Any) -> bool:
        monkeypatch.setattr(transitions, "create_with", create_with)
        assert fired(schedule, 60)
        return create_with(*arguments)

    monkeypatch.setattr(transitions, "create_with", overtaken)
    assert fired(schedule, 60) is None
    assert len(jobs()) == 1


def test_a_schedule_deleted_while_it_fires_makes_no_job(monkeypatch: pytest.MonkeyPatch) -> None:
    schedule = made()
    create_with = transitions.create_with

    def overtaken(*arguments: Any) -> bool:
        monkeypatch.setattr(transitions, "create_with", create_with)
        delete_schedule(TENANT, schedule.schedule_id, at(60))
        return create_with(*arguments)

    monkeypatch.setattr(transitions, "create_with", overtaken)
    assert fired(schedule, 60) is None
    assert jobs() == []


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


def test_a_message_of_times_it_had_before_fires_nothing_and_has_them_mended() -> None:
    schedule = made()
    daily = patched(schedule, at(10), cron="0 8 * * ? *", timezone="Asia/Seoul")
    assert (daily.rate, daily.next_trigger_at) == (None, datetime.fromisoformat("2026-01-31T23:00:00Z"))
    assert fired(schedule, 60) is None
    assert jobs() == []
    assert now_of(schedule).revision == daily.revision + 1


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


def test_what_did_not_fire_the_reconciler_fires_once_and_has_mended() -> None:
    schedule = made(overlap="allow")
    assert reconcile(at(60 + 89))["fired"] == 0
    assert reconcile(at(60 + 90))["fired"] == 1
    (job,) = jobs()
    assert job.schedule_id == schedule.schedule_id
    seen = now_of(schedule)
    assert (seen.last_trigger_at, seen.next_trigger_at) == (at(60), at(180))
    assert seen.revision == schedule.revision + 1
    assert fired(schedule, 60, now=200) is None, "EventBridge told of it after all"


def test_a_schedule_that_cannot_be_fired_does_not_keep_others_from_it(monkeypatch: pytest.MonkeyPatch) -> None:
    broken, sound = made(overlap="allow"), made(overlap="allow")
    store.change(broken, {"job": {"type": "gone"}}, at(0)).apply()
    assert reconcile(at(200))["fired"] == 1
    assert [job.schedule_id for job in jobs()] == [sound.schedule_id]
    assert store.overdue_schedules(at(201)) == []
    assert broken.schedule_id in store.overdue_schedules(at(300))


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


def test_a_triggered_job_keeps_the_next_time_from_overlapping() -> None:
    schedule = made()
    trigger(TENANT, schedule.schedule_id, None, None, at(30))
    assert fired(schedule, 60) is None
    assert len(jobs()) == 1


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
