"""Which occurrences of a schedule are delivered, and what becomes of those that cannot be."""

import json
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from threading import Event, RLock
from typing import Any

import pytest

from dockerless.scheduler.expressions import At
from dockerless.scheduler.firing import Firing, backoff
from dockerless.scheduler.schedule import Schedule, ScheduleKey

from .world import ACCOUNT, REGION, World

MISSING_QUEUE = f"arn:aws:sqs:{REGION}:{ACCOUNT}:missing"


def test_at_fires_once_and_not_before_it_is_due(world: World) -> None:
    queue = world.queue("q")
    world.schedule(f"at({world.clock.text(minutes=1)})", {"Arn": queue, "Input": "now"})
    world.pass_time(seconds=59)
    assert world.bodies(queue) == []
    world.pass_time(seconds=1)
    assert world.bodies(queue) == ["now"]
    world.pass_time(hours=1)
    assert world.bodies(queue) == []
    assert world.names() == ["demo"]


def test_at_in_the_past_fires_at_once(world: World) -> None:
    queue = world.queue("q")
    world.schedule("at(2020-01-01T00:00:00)", {"Arn": queue, "Input": "<aws.scheduler.scheduled-time>"})
    world.pass_time()
    assert world.bodies(queue) == ["2020-01-01T00:00:00Z"]


def test_rate_fires_at_once_and_then_at_its_distance(world: World) -> None:
    queue = world.queue("q")
    world.schedule("rate(5 minutes)", {"Arn": queue, "Input": "x"})
    counts = []
    for _ in range(11):
        world.pass_time()
        counts.append(len(world.bodies(queue)))
        world.clock.move(minutes=1)
    assert counts == [1, 0, 0, 0, 0, 1, 0, 0, 0, 0, 1]


def test_occurrences_missed_in_a_pause_are_made_up_for_once(world: World) -> None:
    queue = world.queue("q")
    world.schedule("cron(0 * * * ? *)", {"Arn": queue, "Input": "<aws.scheduler.scheduled-time>"})
    world.pass_time(hours=5, minutes=10)
    assert world.bodies(queue) == ["2026-01-01T13:00:00Z"]
    world.pass_time(minutes=50)
    assert world.bodies(queue) == ["2026-01-01T18:00:00Z"]


def test_start_and_end_date_bound_a_recurring_schedule(world: World) -> None:
    queue = world.queue("q")
    noon = world.clock.now
    world.schedule(
        "rate(1 minute)",
        {"Arn": queue, "Input": "<aws.scheduler.scheduled-time>"},
        start_date=(noon + timedelta(minutes=2)).timestamp(),
        end_date=(noon + timedelta(minutes=3, seconds=30)).timestamp(),
    )
    for _ in range(6):
        world.pass_time(minutes=1)
    assert world.bodies(queue) == ["2026-01-01T12:02:00Z", "2026-01-01T12:03:00Z"]


def test_action_after_completion_deletes_a_schedule_that_is_done(world: World) -> None:
    queue = world.queue("q")
    target = {"Arn": queue, "Input": "x"}
    once = f"at({world.clock.text(minutes=1)})"
    end = (world.clock.now + timedelta(minutes=2)).timestamp()
    world.schedule(once, target, name="once", action_after_completion="DELETE")
    world.schedule(once, target, name="kept", action_after_completion="NONE")
    world.schedule("rate(1 minute)", target, name="ends", action_after_completion="DELETE", end_date=end)
    world.pass_time(minutes=1)
    assert world.names() == ["kept", "ends"]
    world.pass_time(minutes=1)
    assert world.names() == ["kept"]


def test_a_deleted_schedule_does_not_fire(world: World) -> None:
    queue = world.queue("q")
    schedule = world.schedule("rate(1 minute)", {"Arn": queue, "Input": "x"})
    world.firing.forget(schedule.key)
    world.firing.forget(schedule.key)  # unknown by now, and no error
    world.pass_time(minutes=1)
    assert world.bodies(queue) == []


def test_a_deleted_group_does_not_fire(world: World) -> None:
    queue = world.queue("q")
    world.schedule("rate(1 minute)", {"Arn": queue, "Input": "x"})
    world.firing.forget_group(ACCOUNT, REGION, "other")
    world.pass_time()
    assert world.bodies(queue) == ["x"]
    world.firing.forget_group(ACCOUNT, REGION, "default")
    world.pass_time(minutes=1)
    assert world.bodies(queue) == []


def test_a_changed_schedule_fires_as_changed_only(world: World) -> None:
    queue = world.queue("q")
    old = world.schedule(f"at({world.clock.text(minutes=1)})", {"Arn": queue, "Input": "old"})
    later = world.clock.now + timedelta(minutes=2)
    world.firing.track(Schedule(old.key, old.arn, At(later), old.target | {"Input": "new"}, None, False))
    world.pass_time(minutes=1)
    assert world.bodies(queue) == []
    world.pass_time(minutes=1)
    assert world.bodies(queue) == ["new"]


def test_a_failed_attempt_is_made_again_with_exponential_backoff(world: World) -> None:
    target = {"Arn": MISSING_QUEUE, "Input": "<aws.scheduler.attempt-number>"}
    world.schedule(f"at({world.clock.text()})", target)
    world.pass_time()
    world.pass_time(seconds=1)
    world.pass_time(seconds=1.9)
    queue = world.queue("missing")
    world.pass_time(seconds=0.05)
    assert world.bodies(queue) == []
    world.pass_time(seconds=0.05)
    assert world.bodies(queue) == ["3"]
    world.pass_time(days=1)
    assert world.bodies(queue) == []


def test_backoff_grows_up_to_ten_minutes() -> None:
    assert [backoff(n).total_seconds() for n in (1, 2, 3, 10, 11, 185)] == [1, 2, 4, 512, 600, 600]


def attributes(message: dict[str, Any]) -> dict[str, str]:
    return {name: value["StringValue"] for name, value in message["MessageAttributes"].items()}


def test_exhausted_retries_end_in_the_dead_letter_queue(world: World) -> None:
    dead = world.queue("dead")
    target = {
        "Arn": MISSING_QUEUE,
        "Input": "attempt <aws.scheduler.attempt-number>",
        "RetryPolicy": {"MaximumRetryAttempts": 2},
        "DeadLetterConfig": {"Arn": dead},
    }
    schedule = world.schedule(f"at({world.clock.text()})", target, action_after_completion="DELETE")
    for seconds in (0, 1, 1):
        world.pass_time(seconds=seconds)
    assert world.messages(dead) == []
    assert world.names() == ["demo"]
    world.pass_time(seconds=1)
    (message,) = world.messages(dead)
    assert message["Body"] == "attempt 3"
    found = attributes(message)
    assert len(found.pop("EXECUTION_ID")) == 16
    assert "does not exist" in found.pop("ERROR_MESSAGE")
    assert found == {
        "ERROR_CODE": "AWS.SimpleQueueService.NonExistentQueue",
        "EXHAUSTED_RETRY_CONDITION": "MaximumRetryAttempts",
        "IS_PAYLOAD_TRUNCATED": "false",
        "RETRY_ATTEMPTS": "2",
        "SCHEDULED_TIME": "2026-01-01T12:00:00Z",
        "SCHEDULE_ARN": schedule.arn,
        "TARGET_ARN": MISSING_QUEUE,
    }
    assert world.names() == []


def test_an_event_that_grows_too_old_is_not_tried_again(world: World) -> None:
    dead = world.queue("dead")
    policy = {"MaximumRetryAttempts": 185, "MaximumEventAgeInSeconds": 60}
    target = {"Arn": MISSING_QUEUE, "RetryPolicy": policy, "DeadLetterConfig": {"Arn": dead}}
    world.schedule(f"at({world.clock.text()})", target)
    for _ in range(120):
        world.pass_time(seconds=1)
    (message,) = world.messages(dead)
    # Attempts after 0, 1, 3, 7, 15 and 31 seconds; the next would be after 63.
    assert attributes(message)["RETRY_ATTEMPTS"] == "5"
    assert attributes(message)["EXHAUSTED_RETRY_CONDITION"] == "MaximumEventAgeInSeconds"


def test_a_target_that_cannot_be_called_is_not_tried_again(world: World) -> None:
    dead = world.queue("dead")
    arn = f"arn:aws:ecs:{REGION}:{ACCOUNT}:cluster/c"
    world.schedule(f"at({world.clock.text()})", {"Arn": arn, "DeadLetterConfig": {"Arn": dead}})
    world.pass_time()
    (message,) = world.messages(dead)
    assert attributes(message)["ERROR_CODE"] == "InvalidTarget"
    assert "EXHAUSTED_RETRY_CONDITION" not in attributes(message)


def test_a_missing_dead_letter_queue_stops_nothing_else(world: World) -> None:
    queue = world.queue("q")
    lost = {"Arn": MISSING_QUEUE, "RetryPolicy": {"MaximumRetryAttempts": 0}}
    world.schedule("rate(1 minute)", lost | {"DeadLetterConfig": {"Arn": MISSING_QUEUE}}, name="lost")
    world.schedule("rate(1 minute)", {"Arn": queue, "Input": "x"})
    world.pass_time()
    world.pass_time(minutes=1)
    assert world.bodies(queue) == ["x", "x"]


def test_a_schedule_that_cannot_be_fired_stops_no_other(world: World) -> None:
    class Broken(At):
        def following(self, moment: datetime) -> datetime | None:
            raise ArithmeticError

    queue = world.queue("q")
    target = {"Arn": queue, "Input": "x"}
    key = ScheduleKey(ACCOUNT, REGION, "default", "broken")
    world.firing.track(Schedule(key, "arn", Broken(world.clock.now), target, None, False))
    world.schedule("rate(1 minute)", target)
    world.pass_time()
    assert world.bodies(queue) == ["x"]


def test_deleting_a_schedule_ends_its_retries(world: World) -> None:
    schedule = world.schedule(f"at({world.clock.text()})", {"Arn": MISSING_QUEUE, "Input": "x"})
    world.pass_time()
    world.firing.forget(schedule.key)
    queue = world.queue("missing")
    world.pass_time(minutes=1)
    assert world.bodies(queue) == []


def test_a_target_without_input_gets_a_notification(world: World) -> None:
    queue = world.queue("q")
    schedule = world.schedule(f"at({world.clock.text()})", {"Arn": queue})
    world.pass_time()
    notification = json.loads(world.bodies(queue)[0])
    del notification["id"]
    assert notification == {
        "version": "0",
        "detail-type": "Scheduled Event",
        "source": "aws.scheduler",
        "account": ACCOUNT,
        "time": "2026-01-01T12:00:00Z",
        "region": REGION,
        "resources": [schedule.arn],
        "detail": "{}",
    }


@pytest.mark.parametrize("made_before_start", [True, False])
def test_the_background_thread_fires_within_a_second(made_before_start: bool) -> None:
    fired, due = Event(), datetime.now(UTC) + timedelta(seconds=0.2)
    delivered: list[datetime] = []

    def clients(service: str, region: str, account: str) -> Any:
        delivered.append(datetime.now(UTC))
        fired.set()
        raise ConnectionError

    key = ScheduleKey(ACCOUNT, REGION, "default", "demo")
    target = {
        "Arn": f"arn:aws:sns:{REGION}:{ACCOUNT}:topic",
        "RetryPolicy": {"MaximumRetryAttempts": 0, "MaximumEventAgeInSeconds": 60},
    }
    schedule = Schedule(key, "arn", At(due), target, None, False)
    executor = ThreadPoolExecutor(1)
    firing = Firing(clients, lambda schedule: None, RLock(), lambda: datetime.now(UTC), executor)
    if made_before_start:
        firing.track(schedule)
    firing.start()
    try:
        if not made_before_start:
            firing.track(schedule)
        assert fired.wait(5)
        assert due <= delivered[0] < due + timedelta(seconds=1)
    finally:
        firing.stop()
