"""The event functions: what they make of duplicate, reordered and poisoned events."""

import json
from collections.abc import Callable
from datetime import timedelta
from types import ModuleType
from typing import Any

import pytest

from bench.counting import counting
from nightshift import changes, clients, dispatch, executions
from nightshift.clock import now
from nightshift.models.schedule_requests import ScheduleRequest
from nightshift.schedules import create_schedule
from nightshift.settings import settings
from nightshift.store.items import to_item
from nightshift.store.scheduler import read_scheduler
from tests.unit.control.jobs import CRASHED, at, end, executions_of, fresh, make, running, status

pytestmark = [pytest.mark.unit, pytest.mark.usefixtures("aws")]

Load = Callable[[str], ModuleType]

JOB = {"job_id": "1", "tenant_id": "t", "type": "probe", "status": "QUEUED", "version": 1}


@pytest.fixture
def published(monkeypatch: pytest.MonkeyPatch) -> list[dict[str, Any]]:
    """What reached the bus."""
    entries: list[dict[str, Any]] = []

    class Bus:
        def put_events(self, Entries: list[dict[str, Any]]) -> dict[str, int]:
            entries.extend(json.loads(entry["Detail"]) for entry in Entries)
            return {"FailedEntryCount": 0}

    monkeypatch.setattr(changes, "events", Bus)
    return entries


def record(new: dict[str, Any] | None, old: dict[str, Any] | None = None, sk: str = "JOB") -> dict[str, Any]:
    images: dict[str, Any] = {"Keys": {"pk": {"S": "JOB#1"}, "sk": {"S": sk}}}
    if new:
        images["NewImage"] = to_item(new)
    if old:
        images["OldImage"] = to_item(old)
    name = "REMOVE" if not new else "MODIFY" if old else "INSERT"
    return {"eventID": "e", "eventName": name, "dynamodb": images}


def test_the_listener_publishes_real_changes_only(function: Load, context: Any, published: list[Any]) -> None:
    running_job = JOB | {"status": "RUNNING", "version": 2, "current_run_id": "r"}
    progressed = running_job | {"version": 3, "progress": {"percent": 5, "message": ""}}
    stepped = progressed | {"version": 4, "current_step": "write_story", "step_status": "running"}
    asked = stepped | {"version": 5, "cancel_requested_at": "2026-01-31T09:30:00.000Z"}
    records = [
        record(JOB),
        record(running_job, JOB),
        record(progressed, running_job),
        record(stepped, progressed),
        record(asked, stepped),
        record(None, asked),
        record(JOB, sk="RUN#0001"),
    ]
    function("listener").handler({"Records": records}, context)
    told = [(event["changed"], event["status"], event["previous"]) for event in published]
    assert told == [
        (["status"], "QUEUED", None),
        (["status"], "RUNNING", "QUEUED"),
        (["step"], "RUNNING", "RUNNING"),
        (["cancel_requested"], "RUNNING", "RUNNING"),
    ]
    assert published[-1]["cancel_requested"] is True


def test_a_poison_record_goes_to_its_queue_and_the_others_go_on(
    function: Load, context: Any, published: list[Any]
) -> None:
    poison = record({"status": "QUEUED"})
    function("listener").handler({"Records": [record(JOB), poison, record(JOB)]}, context)
    assert len(published) == 2
    (message,) = clients.sqs().receive_message(QueueUrl=settings().poison_queue_url)["Messages"]
    assert json.loads(message["Body"]) == poison


def test_the_listener_tells_when_the_scheduler_is_opened_and_not_when_slots_move(
    function: Load, context: Any, published: list[Any]
) -> None:
    idle = {"config_version": 1, "scheduler_running": False, "slots_used": 0}
    records = [
        record(idle | {"slots_used": 1}, idle, sk="STATE"),
        record(idle | {"config_version": 2, "scheduler_running": True}, idle, sk="STATE"),
        record(idle | {"config_version": 3}, idle, sk="STATE"),
    ]
    function("listener").handler({"Records": records}, context)
    assert published == [{"config_version": 2}]


def test_the_listener_tells_when_a_schedule_must_be_followed_and_not_when_it_fired(
    function: Load, context: Any, published: list[Any]
) -> None:
    schedule = {"schedule_id": "s", "tenant_id": "t", "revision": 1, "version": 1}
    records = [
        record(schedule, sk="SCHEDULE"),
        record(schedule | {"version": 2, "last_job_id": "j"}, schedule, sk="SCHEDULE"),
        record(schedule | {"version": 3, "revision": 2}, schedule, sk="SCHEDULE"),
    ]
    function("listener").handler({"Records": records}, context)
    assert published == [{"schedule_id": "s", "tenant_id": "t", "revision": revision} for revision in (1, 2)]


def test_the_timer_follows_a_schedule_and_the_dispatcher_makes_its_job(function: Load, context: Any) -> None:
    wanted = {"name": "s", "rate": "1 minute", "job": {"type": "probe", "params": {"cli": False}}}
    made_at = now() - timedelta(minutes=1)
    schedule = create_schedule("default", ScheduleRequest.model_validate(wanted), None, made_at).resource
    function("timer").handler({"detail": {"schedule_id": schedule.schedule_id, "revision": 1}}, context)
    (known,) = clients.scheduler().list_schedules(GroupName="nightshift")["Schedules"]
    assert known["Name"] == f"schedule-{schedule.schedule_id}"
    assert schedule.next_trigger_at
    told = {"schedule_id": schedule.schedule_id, "scheduled_time": f"{schedule.next_trigger_at:%Y-%m-%dT%H:%M:%SZ}"}
    answer = function("dispatcher").handler(messages(told, told), context)
    assert answer == {"batchItemFailures": []}
    assert len(executions_of()) == 1


def test_the_dispatcher_fills_when_the_scheduler_was_opened(function: Load, context: Any) -> None:
    job = make(now())
    assert function("dispatcher").handler(messages({"config_version": 2}), context) == {"batchItemFailures": []}
    assert status(job) == "RUNNING"


def test_a_bus_that_refuses_fails_the_batch(function: Load, context: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    class Bus:
        def put_events(self, Entries: list[Any]) -> dict[str, int]:
            return {"FailedEntryCount": len(Entries)}

    monkeypatch.setattr(changes, "events", Bus)
    with pytest.raises(changes.PublishError):
        function("listener").handler({"Records": [record(JOB)]}, context)


def messages(*bodies: dict[str, Any]) -> dict[str, Any]:
    return {
        "Records": [
            {"messageId": str(number), "eventSource": "aws:sqs", "body": json.dumps(body)}
            for number, body in enumerate(bodies)
        ]
    }


def test_the_dispatcher_fills_a_slot_that_was_freed_and_does_not_look_at_who_freed_it(
    function: Load, context: Any
) -> None:
    job = make()
    freed = {"job_id": "of no job", "status": "COMPLETED", "previous": "RUNNING"}
    with counting(clients.dynamodb()) as count:
        assert function("dispatcher").handler(messages(freed), context) == {"batchItemFailures": []}
    assert status(job) == "RUNNING"
    assert count.operations["dynamodb.GetItem"].calls == 2, "the scheduler and the job that was claimed"


def test_the_dispatcher_told_twice_starts_once(function: Load, context: Any) -> None:
    job = make(now())
    dispatcher = function("dispatcher")
    event = messages({"job_id": job.job_id}, {"job_id": job.job_id})
    assert dispatcher.handler(event, context) == {"batchItemFailures": []}
    dispatcher.handler(event, context)
    assert len(executions_of()) == 1
    assert read_scheduler().slots_used == 1


def test_a_message_the_dispatcher_cannot_read_fails_alone(function: Load, context: Any) -> None:
    job = make(now())
    answer = function("dispatcher").handler(messages({"nonsense": 1}, {"job_id": job.job_id}), context)
    assert answer == {"batchItemFailures": [{"itemIdentifier": "0"}]}
    assert status(job) == "RUNNING"


def test_the_finisher_ends_the_run_its_event_names_once(function: Load, context: Any) -> None:
    job, run = running()
    event = {
        "detail": {
            "executionArn": executions.arn_of(run),
            "status": "SUCCEEDED",
            "name": run.run_id,
            "input": json.dumps({"run": {"job_id": run.job_id, "run_id": run.run_id, "run_number": run.run_number}}),
            "output": json.dumps({"outcome": "COMPLETED", "exit_code": 0}),
        }
    }
    finisher = function("finisher")
    finisher.handler(event, context)
    finisher.handler(event, context)
    assert status(job) == "COMPLETED"
    assert read_scheduler().total_executed == 1


def test_an_execution_that_somebody_started_by_hand_ends_no_run(function: Load, context: Any) -> None:
    job, run = running()
    by_hand = {
        "executionArn": f"{executions.arn_of(run)}-by-hand",
        "name": "by-hand",
        "status": "SUCCEEDED",
        "input": json.dumps({"run": {"job_id": run.job_id, "run_id": run.run_id, "run_number": run.run_number}}),
        "output": json.dumps({"outcome": "COMPLETED"}),
    }
    finisher = function("finisher")
    finisher.handler({"detail": by_hand}, context)
    for given in ({"surprise": 1}, {"run": {}}, {"run": "x"}, ["x"], "x"):
        finisher.handler({"detail": by_hand | {"input": json.dumps(given)}}, context)
    assert status(job) == "RUNNING"


def test_an_event_without_input_or_error_is_completed_by_asking(function: Load, context: Any) -> None:
    from nightshift import executions

    job = make(now())
    dispatch.fill([], now())
    run = fresh(job)[1]
    executions.stop(executions.arn_of(run), "in the console")
    event = {"executionArn": executions.arn_of(run), "name": run.run_id, "status": "ABORTED", "input": None}
    function("finisher").handler({"detail": event}, context)
    assert status(job) == "CANCELLED"


def test_a_poison_record_too_large_for_a_message_is_told_of_by_its_keys(function: Load, context: Any) -> None:
    poison = record({"status": "QUEUED", "params": {"text": "x" * 250_000}})
    function("listener").handler({"Records": [poison]}, context)
    (message,) = clients.sqs().receive_message(QueueUrl=settings().poison_queue_url)["Messages"]
    assert json.loads(message["Body"])["Keys"] == poison["dynamodb"]["Keys"]


def test_the_timer_makes_moves_and_deletes_the_schedule_of_a_deferred_job(function: Load, context: Any) -> None:
    timer = function("timer")
    later = now().replace(microsecond=0)
    job = make(later, run_at=later.replace(year=later.year + 1, month=1, day=1))
    event = {"detail": {"job_id": job.job_id}}
    timer.handler(event, context)
    timer.handler(event, context)
    schedules = clients.scheduler().list_schedules(GroupName="nightshift")["Schedules"]
    assert [schedule["Name"] for schedule in schedules] == [f"job-{job.job_id}"]
    found = clients.scheduler().get_schedule(Name=f"job-{job.job_id}", GroupName="nightshift")
    assert json.loads(found["Target"]["Input"]) == {"job_id": job.job_id}
    from nightshift.cancel import cancel

    cancel("default", job.job_id, now())
    timer.handler(event, context)
    timer.handler(event, context)
    assert clients.scheduler().list_schedules(GroupName="nightshift")["Schedules"] == []


def test_the_timer_delays_a_retry_through_the_queue(function: Load, context: Any) -> None:
    job, run = running(now())
    end(run, CRASHED, now())
    function("timer").handler({"detail": {"job_id": job.job_id}}, context)
    queue = settings().dispatch_queue_url
    names: Any = ["ApproximateNumberOfMessagesDelayed", "ApproximateNumberOfMessages"]
    counts = clients.sqs().get_queue_attributes(QueueUrl=queue, AttributeNames=names)["Attributes"]
    assert sum(int(count) for count in counts.values()) == 1
    assert clients.scheduler().list_schedules(GroupName="nightshift")["Schedules"] == []


def test_the_timer_makes_no_schedule_for_a_time_that_is_past(function: Load, context: Any) -> None:
    job = make(at(0), run_at=at(1))
    function("timer").handler({"detail": {"job_id": job.job_id}}, context)
    assert clients.scheduler().list_schedules(GroupName="nightshift")["Schedules"] == []
    (message,) = clients.sqs().receive_message(QueueUrl=settings().dispatch_queue_url)["Messages"]
    function("dispatcher").handler(messages(json.loads(message["Body"])), context)
    assert status(job) == "RUNNING"


def test_the_reconciler_answers_with_what_it_did(function: Load, context: Any) -> None:
    make(at(0))
    assert function("reconciler").handler({}, context) == {
        "running": 0,
        "scheduled": 0,
        "resumed": 0,
        "fired": 0,
        "started": 1,
    }
