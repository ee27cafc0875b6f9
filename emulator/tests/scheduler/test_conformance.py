"""Schedules of a running instance, made and seen through boto3."""

import json
import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from functools import partial
from typing import Any

import pytest
from botocore.exceptions import ClientError

from .instance import OFF, ROLE, Clients, Queue, at, sent, soon, stored, to

PROMPTLY = timedelta(seconds=30)
"""A busy machine takes longer than a quiet one, which takes less than a second."""


def test_at_fires_promptly_and_deletes_itself(scheduler: Any, queue: Queue, name: str) -> None:
    due = soon()
    arn = scheduler.create_schedule(
        Name=name,
        ScheduleExpression=at(due),
        FlexibleTimeWindow=OFF,
        ActionAfterCompletion="DELETE",
        Target=to(queue, "<aws.scheduler.schedule-arn> <aws.scheduler.scheduled-time>"),
    )["ScheduleArn"]
    message = queue.receive()
    assert due <= sent(message) < due + PROMPTLY
    assert message["Body"] == f"{arn} {due:%Y-%m-%dT%H:%M:%SZ}"
    # It deletes itself after the delivery, not with it.
    deadline = time.monotonic() + 5
    while stored(scheduler, name) and time.monotonic() < deadline:
        pass
    assert not stored(scheduler, name)


def test_at_in_another_time_zone(scheduler: Any, queue: Queue, name: str) -> None:
    due = soon()
    scheduler.create_schedule(
        Name=name,
        ScheduleExpression=at(due + timedelta(hours=9)),
        ScheduleExpressionTimezone="Asia/Seoul",
        FlexibleTimeWindow=OFF,
        ActionAfterCompletion="DELETE",
        Target=to(queue),
    )
    assert due <= sent(queue.receive()) < due + PROMPTLY


def test_rate_and_past_at_fire_at_once(scheduler: Any, make_queue: Callable[..., Queue], name: str) -> None:
    for suffix, expression in (("-rate", "rate(1 hour)"), ("-past", "at(2020-01-01T00:00:00)")):
        queue = make_queue()
        made = datetime.now(UTC)
        scheduler.create_schedule(
            Name=name + suffix, ScheduleExpression=expression, FlexibleTimeWindow=OFF, Target=to(queue)
        )
        assert sent(queue.receive()) < made + PROMPTLY
        scheduler.delete_schedule(Name=name + suffix)


def test_many_due_at_once_all_fire_promptly(scheduler: Any, queue: Queue, name: str) -> None:
    count, due = 200, soon(10)
    for number in range(count):
        scheduler.create_schedule(
            Name=f"{name}-{number}",
            ScheduleExpression=at(due),
            FlexibleTimeWindow=OFF,
            ActionAfterCompletion="DELETE",
            Target=to(queue, str(number)),
        )
    made = datetime.now(UTC)
    messages = [queue.receive(30) for _ in range(count)]
    assert {message["Body"] for message in messages} == {str(number) for number in range(count)}
    assert due <= min(map(sent, messages))
    assert max(map(sent, messages)) < max(due, made) + PROMPTLY


def test_update_takes_effect_at_once_and_defaults_to_enabled(scheduler: Any, queue: Queue, name: str) -> None:
    tomorrow = at(soon(86_400))
    scheduler.create_schedule(
        Name=name,
        ScheduleExpression=tomorrow,
        FlexibleTimeWindow=OFF,
        Target=to(queue, "old"),
        State="DISABLED",
        ActionAfterCompletion="DELETE",
        Description="to be forgotten",
    )
    assert scheduler.get_schedule(Name=name)["State"] == "DISABLED"
    due = soon()
    scheduler.update_schedule(
        Name=name, ScheduleExpression=at(due), FlexibleTimeWindow=OFF, Target=to(queue, "new")
    )
    schedule = scheduler.get_schedule(Name=name)
    assert (schedule["State"], schedule["ActionAfterCompletion"]) == ("ENABLED", "NONE")
    assert "Description" not in schedule
    message = queue.receive()
    assert (message["Body"], due <= sent(message)) == ("new", True)
    scheduler.delete_schedule(Name=name)


def test_deleted_and_disabled_schedules_do_not_fire(scheduler: Any, queue: Queue, name: str) -> None:
    due = soon()
    create = partial(scheduler.create_schedule, ScheduleExpression=at(due), FlexibleTimeWindow=OFF)
    scheduler.create_schedule_group(Name=name)
    create(Name=f"{name}-deleted", Target=to(queue, "deleted"))
    create(Name=f"{name}-disabled", Target=to(queue, "disabled"), State="DISABLED")
    create(Name=f"{name}-grouped", Target=to(queue, "grouped"), GroupName=name)
    scheduler.delete_schedule(Name=f"{name}-deleted")
    scheduler.delete_schedule_group(Name=name)
    # What is due a second later comes first.
    scheduler.create_schedule(
        Name=f"{name}-later",
        ScheduleExpression=at(due + timedelta(seconds=1)),
        FlexibleTimeWindow=OFF,
        Target=to(queue, "later"),
        ActionAfterCompletion="DELETE",
    )
    assert queue.receive()["Body"] == "later"
    scheduler.delete_schedule(Name=f"{name}-disabled")


def test_an_undeliverable_payload_goes_to_the_dead_letter_queue(
    scheduler: Any, queue: Queue, name: str
) -> None:
    missing = "arn:aws:sqs:us-east-1:000000000000:no-such-queue"
    scheduler.create_schedule(
        Name=name,
        ScheduleExpression=at(soon(0)),
        FlexibleTimeWindow=OFF,
        ActionAfterCompletion="DELETE",
        Target={
            "Arn": missing,
            "RoleArn": ROLE,
            "Input": "attempt <aws.scheduler.attempt-number>",
            "RetryPolicy": {"MaximumRetryAttempts": 1},
            "DeadLetterConfig": {"Arn": queue.arn},
        },
    )
    message = queue.receive()
    found = {key: value["StringValue"] for key, value in message["MessageAttributes"].items()}
    assert message["Body"] == "attempt 2"
    assert found["ERROR_CODE"] in ("AWS.SimpleQueueService.NonExistentQueue", "QueueDoesNotExist")
    assert found["RETRY_ATTEMPTS"] == "1"
    assert found["EXHAUSTED_RETRY_CONDITION"] == "MaximumRetryAttempts"
    assert found["TARGET_ARN"] == missing


def test_schedule_of_a_stack(clients: Clients, queue: Queue, name: str) -> None:
    properties = {
        "Name": name,
        "ScheduleExpression": "rate(1 hour)",
        "FlexibleTimeWindow": OFF,
        "Target": to(queue, "from the stack"),
    }
    template = {"Resources": {"S": {"Type": "AWS::Scheduler::Schedule", "Properties": properties}}}
    stacks = clients("cloudformation")
    stacks.create_stack(StackName=name, TemplateBody=json.dumps(template))
    assert queue.receive(20)["Body"] == "from the stack"
    stacks.delete_stack(StackName=name)
    stacks.get_waiter("stack_delete_complete").wait(StackName=name, WaiterConfig={"Delay": 1})
    with pytest.raises(clients("scheduler").exceptions.ResourceNotFoundException):
        clients("scheduler").get_schedule(Name=name)


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"Name": "x" * 65}, "ValidationException"),
        ({"Name": "a!b"}, "ValidationException"),
        ({"ScheduleExpression": "cron(0 0 * * * *)"}, "ValidationException"),
        ({"ScheduleExpressionTimezone": "Mars/Olympus"}, "ValidationException"),
        ({"GroupName": "no-such-group"}, "ResourceNotFoundException"),
    ],
)
def test_bad_requests_are_refused(
    scheduler: Any, queue: Queue, name: str, changes: dict[str, str], code: str
) -> None:
    request = {"Name": name, "ScheduleExpression": "rate(1 hour)", "FlexibleTimeWindow": OFF}
    for call in (scheduler.create_schedule, scheduler.update_schedule):
        with pytest.raises(ClientError) as caught:
            call(**(request | {"Target": to(queue)} | changes))
        assert caught.value.response["Error"]["Code"] == code


def test_conflicts_and_missing_schedules(scheduler: Any, queue: Queue, name: str) -> None:
    request = {
        "Name": name,
        "ScheduleExpression": at(soon(3600)),
        "FlexibleTimeWindow": OFF,
        "Target": to(queue),
    }
    with pytest.raises(scheduler.exceptions.ResourceNotFoundException):
        scheduler.update_schedule(**request)
    scheduler.create_schedule(**request)
    with pytest.raises(scheduler.exceptions.ConflictException) as caught:
        scheduler.create_schedule(**request)
    assert caught.value.response["ResponseMetadata"]["HTTPStatusCode"] == 409
    scheduler.delete_schedule(Name=name)
    for call in (scheduler.get_schedule, scheduler.delete_schedule, scheduler.delete_schedule_group):
        with pytest.raises(scheduler.exceptions.ResourceNotFoundException):
            call(Name=name)
    with pytest.raises(scheduler.exceptions.ValidationException):
        scheduler.delete_schedule_group(Name="default")
