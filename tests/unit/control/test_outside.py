"""The old listener's promises: somebody finishes a step in the table, and the rest follows."""

import json
from collections.abc import Callable
from datetime import timedelta
from types import ModuleType
from typing import Any

import pytest

from nightshift import changes, outside
from nightshift.clock import now
from nightshift.reconcile import reconcile
from nightshift.settings import settings
from nightshift.stages import finished_elsewhere
from nightshift.store.keys import job_key
from nightshift.store.reads import find_job, latest_done
from nightshift.store.scheduler import read_scheduler
from nightshift.store.write import Update, transact
from tests.unit.control.jobs import REFUSED, T0, at, dispatched, executions_of, fresh, make, status
from tests.unit.control.steps import (
    Events,
    draw_by_hand,
    finish_run,
    image_of,
    record,
    stages_told,
    three_steps,
    waiting,
    write_by_hand,
)

pytestmark = [pytest.mark.unit, pytest.mark.usefixtures("aws", "three_steps")]
__all__ = ["three_steps"]

LATER = 60
URL = "https://images.example/1.png"


@pytest.fixture
def told(monkeypatch: pytest.MonkeyPatch) -> list[dict[str, Any]]:
    events: list[dict[str, Any]] = []

    class Bus:
        def put_events(self, Entries: list[dict[str, Any]]) -> dict[str, int]:
            events.extend(json.loads(entry["Detail"]) for entry in Entries)
            return {"FailedEntryCount": 0}

    monkeypatch.setattr(changes, "events", Bus)
    return events


@pytest.fixture
def events(function: Callable[[str], ModuleType], context: Any, told: list[dict[str, Any]]) -> Events:
    return Events(function, context, told)


@pytest.fixture
def listener_off(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ENABLE_JOB_STATE_LISTENER", "false")
    settings.cache_clear()


def test_a_job_whose_first_step_is_anothers_waits_and_takes_no_slot() -> None:
    job = waiting()
    assert (job.status, job.queued_at) == ("WAITING", None)
    assert dispatched() == []
    assert read_scheduler().slots_used == 0


def test_a_plain_update_makes_the_job_go_on_with_the_next_step(events: Events) -> None:
    job = waiting()
    before = image_of(job)
    draw_by_hand(job)
    (event,) = events.listen(job, before)
    assert (event["changed"], event["current_step"], event["step_status"]) == (["step"], "draw", "done")
    assert events.dispatch(event) == []
    assert status(job) == "RUNNING"
    assert stages_told(job) == {
        "start_at": "plan",
        "alone": False,
        "done": {"draw": {"output": {"image_url": URL}, "prefix": ""}},
    }


def test_the_same_values_written_again_tell_nobody(events: Events) -> None:
    job = waiting()
    draw_by_hand(job)
    before = image_of(job)
    draw_by_hand(job)
    assert events.listen(job, before) == []


def test_a_rolled_back_change_tells_nobody() -> None:
    job = waiting()
    before = image_of(job)
    told = Update(job_key(job.job_id), values={"current_step": "draw", "step_status": "done"})
    refused = Update(job_key("none"), values={"status": "X"}, condition="attribute_exists(pk)")
    assert not transact(told.write, refused.write)
    assert image_of(job) == before


def test_the_event_told_twice_runs_the_stage_once(events: Events) -> None:
    job = waiting()
    before = image_of(job)
    draw_by_hand(job)
    (event,) = events.listen(job, before)
    assert events.dispatch(event, event) == []
    assert events.dispatch(event) == []
    assert len(executions_of()) == 1
    finish_run(job, "plan", "print")
    events.dispatch(event)
    assert (status(job), len(executions_of())) == ("COMPLETED", 1)


def test_of_two_consumers_at_once_the_second_changes_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    job = waiting()
    draw_by_hand(job)
    seen = find_job(job.job_id)
    assert seen
    requeue = outside.transitions.requeue

    def overtaken(*args: Any, **kwargs: Any) -> bool:
        monkeypatch.setattr(outside.transitions, "requeue", requeue)
        assert outside.go_on(seen, T0).status == "QUEUED"
        assert dispatched() == [job.job_id]
        return requeue(*args, **kwargs)

    monkeypatch.setattr(outside.transitions, "requeue", overtaken)
    assert outside.go_on(seen, T0).status == "RUNNING"
    assert dispatched() == []
    assert len(executions_of()) == 1


def test_a_message_that_cannot_be_digested_does_not_hold_the_others_up(
    events: Events, monkeypatch: pytest.MonkeyPatch
) -> None:
    good, bad = waiting(), waiting()
    for job in (good, bad):
        draw_by_hand(job)
    attend = events._dispatcher.attend

    def fail_for_one(job_id: str, now: Any) -> Any:
        if job_id == bad.job_id:
            raise RuntimeError("cannot be digested")
        return attend(job_id, now)

    monkeypatch.setattr(events._dispatcher, "attend", fail_for_one)
    assert events.dispatch({"job_id": bad.job_id}, {"job_id": good.job_id}) == ["0"]
    assert (status(good), status(bad)) == ("RUNNING", "WAITING")


def test_what_makes_no_sense_in_the_table_leaves_the_job_readable_and_waiting(events: Events) -> None:
    job = waiting()
    for nonsense in (
        {"current_step": "draw", "step_status": "finished"},
        {"current_step": "sculpt", "step_status": "done"},
        {"current_step": 7, "step_status": "done", "image_url": {"at": "home"}},
        {"current_step": "print", "step_status": "done"},
    ):
        write_by_hand(job, **nonsense)
        assert events.dispatch({"job_id": job.job_id}) == []
        assert status(job) == "WAITING"


def test_a_step_that_the_jobs_own_run_has_done_resumes_nothing(events: Events) -> None:
    job = make()
    assert dispatched() == [job.job_id]
    record(fresh(job)[1], "draw")
    events.dispatch({"job_id": job.job_id})
    assert (status(job), len(executions_of())) == ("RUNNING", 1)


def test_a_failed_job_goes_on_after_the_step_that_somebody_did_for_it(events: Events) -> None:
    job = make(max_attempts=1)
    dispatched()
    record(fresh(job)[1], "draw")
    record(fresh(job)[1], "plan", "failed")
    finish_run(job, execution=REFUSED)
    assert status(job) == "FAILED"
    before = image_of(job)
    write_by_hand(job, current_step="plan", step_status="done", step_output={"by": "hand"})
    (event,) = events.listen(job, before)
    assert events.dispatch(event) == []
    told = stages_told(job)
    assert (told["start_at"], told["done"]["plan"]) == ("print", {"output": {"by": "hand"}, "prefix": ""})
    assert told["done"]["draw"]["output"]


def test_a_job_that_failed_between_two_steps_is_nobodys_news(events: Events) -> None:
    job = make(max_attempts=1)
    dispatched()
    finish_run(job, "draw", execution=REFUSED)
    found = find_job(job.job_id)
    assert found
    assert (found.status, found.current_step, found.step_status) == ("FAILED", "draw", "done")
    assert finished_elsewhere(found, at(60)) is None
    events.dispatch({"job_id": job.job_id})
    assert status(job) == "FAILED"


def test_an_event_that_was_missed_is_made_good_by_the_reconciler() -> None:
    job = waiting()
    reconcile(at(LATER))
    assert status(job) == "WAITING"
    draw_by_hand(job)
    reconcile(at(2 * LATER))
    assert status(job) == "RUNNING"
    assert stages_told(job)["start_at"] == "plan"


@pytest.mark.usefixtures("listener_off")
def test_while_the_listener_is_off_nothing_goes_on_by_itself_and_other_jobs_run(events: Events) -> None:
    job, other = waiting(), make()
    draw_by_hand(job)
    events.dispatch({"job_id": job.job_id}, {"job_id": other.job_id})
    reconcile(at(LATER))
    assert (status(job), status(other)) == ("WAITING", "RUNNING")


def test_once_the_listener_is_on_again_what_waits_goes_on(
    events: Events, listener_off: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    job, failed = waiting(), make(max_attempts=1)
    dispatched()
    record(fresh(failed)[1], "draw", "failed")
    finish_run(failed, execution=REFUSED)
    for each in (job, failed):
        draw_by_hand(each)
        events.dispatch({"job_id": each.job_id})
    monkeypatch.setenv("ENABLE_JOB_STATE_LISTENER", "true")
    settings.cache_clear()
    reconcile(now() + timedelta(seconds=LATER))
    assert (status(job), status(failed)) == ("RUNNING", "RUNNING")


def test_the_step_is_recorded_with_the_job_and_lives_as_long() -> None:
    job = waiting()
    draw_by_hand(job)
    outside.go_on(find_job(job.job_id) or job, at(1))
    assert latest_done(job.job_id, job.recorded_steps)["draw"].output == {"image_url": URL}
    assert finished_elsewhere(find_job(job.job_id) or job, at(2)) is None
