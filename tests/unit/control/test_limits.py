"""Limits by type and tenant, the scheduler stopped and started, and the counters behind them."""

import pytest

from nightshift.clients import dynamodb
from nightshift.control import configure, start_scheduler, stop_scheduler
from nightshift.errors import InvalidRequestError
from nightshift.models.requests import SchedulerConfigPatch
from nightshift.reconcile import reconcile
from nightshift.settings import settings
from nightshift.store.items import from_item
from nightshift.store.keys import SCHEDULER_KEY
from nightshift.store.scheduler import read_scheduler
from tests.unit.control.jobs import SUCCEEDED, at, dispatched, end, make, running, status

pytestmark = [pytest.mark.unit, pytest.mark.usefixtures("aws")]


def test_a_type_at_its_limit_does_not_block_the_others() -> None:
    configure(SchedulerConfigPatch(max_concurrency=3, type_limits={"story": 1}))
    stories = [make(at(second), type="story", params={}, priority=90) for second in range(30)]
    probe = make(at(40))
    assert dispatched(at(50)) == [stories[0].job_id, probe.job_id]
    assert dispatched(at(51)) == []


def test_a_lowered_limit_stops_nothing_and_claims_nothing_until_there_is_room() -> None:
    first, run = running(at(0))
    _, other = running(at(0))
    configure(SchedulerConfigPatch(max_concurrency=1))
    waiting = make(at(1))
    assert status(first) == "RUNNING"
    end(run, SUCCEEDED, at(2))
    assert dispatched(at(3)) == []
    end(other, SUCCEEDED, at(4))
    assert dispatched(at(5)) == [waiting.job_id]


def test_a_tenants_limit_holds() -> None:
    configure(SchedulerConfigPatch(tenant_limits={"default": 1}))
    make(at(0))
    make(at(1))
    assert len(dispatched(at(2))) == 1


def test_a_claim_that_saw_other_limits_fails() -> None:
    from nightshift import transitions

    job, seen = make(), read_scheduler()
    configure(SchedulerConfigPatch(max_concurrency=1))
    assert transitions.claim(job, seen, at(1)) is None
    assert transitions.claim(job, read_scheduler(), at(1))


def test_stopped_nothing_is_claimed_and_started_what_waits_is() -> None:
    _, run = running(at(0))
    assert stop_scheduler().scheduler_running is False
    waiting = make(at(1))
    assert dispatched(at(2)) == []
    end(run, SUCCEEDED, at(3))
    version = read_scheduler().config_version
    assert stop_scheduler().config_version == version
    start_scheduler()
    assert dispatched(at(4)) == [waiting.job_id]


def test_a_redeployment_with_another_parameter_keeps_the_scheduler_as_it_was(monkeypatch: pytest.MonkeyPatch) -> None:
    running(at(0))
    _deploy(started="false", monkeypatch=monkeypatch)
    assert read_scheduler().scheduler_running is True
    stop_scheduler()
    _deploy(started="true", monkeypatch=monkeypatch)
    assert read_scheduler().scheduler_running is False


def _deploy(started: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SCHEDULER_STARTED", started)
    settings.cache_clear()


def test_a_limit_for_no_type_is_refused() -> None:
    with pytest.raises(InvalidRequestError, match="poem"):
        configure(SchedulerConfigPatch(type_limits={"poem": 1}))


def test_counters_that_stand_at_zero_are_dropped() -> None:
    _, run = running(at(0))
    end(run, SUCCEEDED, at(1))
    reconcile(at(2))
    item = from_item(dynamodb().get_item(TableName="nightshift", Key=SCHEDULER_KEY)["Item"])
    assert [name for name in item if name.startswith("slots_used")] == ["slots_used"]
    assert item["slots_used"] == 0
