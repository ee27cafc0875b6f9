"""The times of schedules: one job for each, whatever is told twice, late, or not at all."""

from datetime import datetime
from typing import Any

import pytest

from nightshift import clients, transitions
from nightshift.models.requests import TenantPatch, TenantRequest
from nightshift.models.schedule import Skip
from nightshift.reconcile import reconcile
from nightshift.schedules import delete_schedule, trigger
from nightshift.store import schedules as store
from nightshift.store.keys import schedule_key
from nightshift.tenants import create_tenant, patch_tenant
from tests.unit.control.jobs import T0, TENANT, at
from tests.unit.control.schedules import PROBE, finish, fired, jobs, made, now_of, patched

pytestmark = [pytest.mark.unit, pytest.mark.usefixtures("aws")]


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


def test_a_message_of_times_it_had_before_fires_nothing_and_has_them_mended() -> None:
    schedule = made()
    daily = patched(schedule, at(10), cron="0 8 * * ? *", timezone="Asia/Seoul")
    assert (daily.rate, daily.next_trigger_at) == (None, datetime.fromisoformat("2026-01-31T23:00:00Z"))
    assert fired(schedule, 60) is None
    assert jobs() == []
    assert now_of(schedule).revision == daily.revision + 1


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


def test_a_triggered_job_keeps_the_next_time_from_overlapping() -> None:
    schedule = made()
    trigger(TENANT, schedule.schedule_id, None, None, at(30))
    assert fired(schedule, 60) is None
    assert len(jobs()) == 1
