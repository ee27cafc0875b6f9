"""Schedules of a running instance, made and seen through boto3."""

import io
import json
import os
import time
import zipfile
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from functools import partial
from typing import Any
from uuid import uuid4

import boto3
import pytest
from botocore.exceptions import ClientError

ROLE = "arn:aws:iam::000000000000:role/scheduler"
OFF = {"Mode": "OFF"}

Clients = Callable[[str], Any]


@pytest.fixture(scope="module")
def clients(request: pytest.FixtureRequest) -> Clients:
    """boto3 clients of the instance under test."""
    url = os.environ.get("DOCKERLESS_ENDPOINT")
    if url is None:
        try:
            url = request.getfixturevalue("endpoint")
        except pytest.FixtureLookupError:
            pytest.skip("DOCKERLESS_ENDPOINT is not set, and no fixture starts an instance")
    session = boto3.Session("test", "test", region_name="us-east-1")
    return partial(session.client, endpoint_url=url)


@pytest.fixture
def scheduler(clients: Clients) -> Any:
    return clients("scheduler")


@pytest.fixture
def name() -> str:
    """A name that no other test uses."""
    return f"t-{uuid4().hex[:12]}"


class Queue:
    """A queue of its own for a test."""

    def __init__(self, sqs: Any, name: str, attributes: dict[str, str]) -> None:
        self._sqs = sqs
        self.url: str = sqs.create_queue(QueueName=name, Attributes=attributes)["QueueUrl"]
        self.arn = f"arn:aws:sqs:us-east-1:000000000000:{name}"

    def receive(self, seconds: float = 10) -> dict[str, Any]:
        """The next message, waited for until the deadline."""
        deadline = time.monotonic() + seconds
        while time.monotonic() < deadline:
            answer = self._sqs.receive_message(
                QueueUrl=self.url, WaitTimeSeconds=2, AttributeNames=["All"], MessageAttributeNames=["All"]
            )
            for message in answer.get("Messages", []):
                self._sqs.delete_message(QueueUrl=self.url, ReceiptHandle=message["ReceiptHandle"])
                found: dict[str, Any] = message
                return found
        raise AssertionError(f"nothing came within {seconds} s")

    def delete(self) -> None:
        self._sqs.delete_queue(QueueUrl=self.url)


@pytest.fixture
def make_queue(clients: Clients) -> Iterator[Callable[..., Queue]]:
    made: list[Queue] = []

    def make(suffix: str = "", **attributes: str) -> Queue:
        made.append(Queue(clients("sqs"), f"q-{uuid4().hex[:12]}{suffix}", attributes))
        return made[-1]

    yield make
    for queue in made:
        queue.delete()


@pytest.fixture
def queue(make_queue: Callable[..., Queue]) -> Queue:
    return make_queue()


def soon(seconds: int = 1) -> datetime:
    """The full second that is at least so far away."""
    return datetime.now(UTC).replace(microsecond=0) + timedelta(seconds=seconds + 1)


def at(moment: datetime) -> str:
    return f"at({moment:%Y-%m-%dT%H:%M:%S})"


def to(queue: Queue, text: str = "x", **options: Any) -> dict[str, Any]:
    return {"Arn": queue.arn, "RoleArn": ROLE, "Input": text} | options


def stored(scheduler: Any, name: str) -> bool:
    return bool(scheduler.list_schedules(NamePrefix=name)["Schedules"])


def sent(message: dict[str, Any]) -> datetime:
    return datetime.fromtimestamp(int(message["Attributes"]["SentTimestamp"]) / 1000, UTC)


def test_at_fires_within_a_second_and_deletes_itself(scheduler: Any, queue: Queue, name: str) -> None:
    due = soon()
    arn = scheduler.create_schedule(
        Name=name,
        ScheduleExpression=at(due),
        FlexibleTimeWindow=OFF,
        ActionAfterCompletion="DELETE",
        Target=to(queue, "<aws.scheduler.schedule-arn> <aws.scheduler.scheduled-time>"),
    )["ScheduleArn"]
    message = queue.receive()
    assert due <= sent(message) < due + timedelta(seconds=1)
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
    assert due <= sent(queue.receive()) < due + timedelta(seconds=1)


def test_rate_and_past_at_fire_at_once(scheduler: Any, make_queue: Callable[..., Queue], name: str) -> None:
    for suffix, expression in (("-rate", "rate(1 hour)"), ("-past", "at(2020-01-01T00:00:00)")):
        queue = make_queue()
        made = datetime.now(UTC)
        scheduler.create_schedule(
            Name=name + suffix, ScheduleExpression=expression, FlexibleTimeWindow=OFF, Target=to(queue)
        )
        assert sent(queue.receive()) < made + timedelta(seconds=1)
        scheduler.delete_schedule(Name=name + suffix)


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


def fire(scheduler: Any, name: str, target: dict[str, Any]) -> None:
    scheduler.create_schedule(
        Name=name,
        ScheduleExpression=at(soon(0)),
        FlexibleTimeWindow=OFF,
        ActionAfterCompletion="DELETE",
        Target={"RoleArn": ROLE, **target},
    )


def test_target_fifo_queue(scheduler: Any, make_queue: Callable[..., Queue], name: str) -> None:
    queue = make_queue(".fifo", FifoQueue="true", ContentBasedDeduplication="true")
    fire(scheduler, name, to(queue, SqsParameters={"MessageGroupId": "g1"}))
    assert queue.receive()["Attributes"]["MessageGroupId"] == "g1"


def test_target_topic(clients: Clients, scheduler: Any, queue: Queue, name: str) -> None:
    topic = clients("sns").create_topic(Name=name)["TopicArn"]
    clients("sns").subscribe(TopicArn=topic, Protocol="sqs", Endpoint=queue.arn)
    fire(scheduler, name, {"Arn": topic, "Input": "hello"})
    assert json.loads(queue.receive()["Body"])["Message"] == "hello"
    clients("sns").delete_topic(TopicArn=topic)


def test_target_event_bus(clients: Clients, scheduler: Any, queue: Queue, name: str) -> None:
    events = clients("events")
    bus = events.create_event_bus(Name=name)["EventBusArn"]
    events.put_rule(Name=name, EventBusName=name, EventPattern='{"source": ["my.app"]}')
    events.put_targets(Rule=name, EventBusName=name, Targets=[{"Id": "q", "Arn": queue.arn}])
    parameters = {"DetailType": "Tick", "Source": "my.app"}
    fire(scheduler, name, {"Arn": bus, "Input": '{"n": 1}', "EventBridgeParameters": parameters})
    event = json.loads(queue.receive()["Body"])
    assert (event["detail-type"], event["detail"]) == ("Tick", {"n": 1})
    assert event["resources"] == [f"arn:aws:scheduler:us-east-1:000000000000:schedule/default/{name}"]


def test_target_state_machine(clients: Clients, scheduler: Any, queue: Queue, name: str) -> None:
    states = clients("stepfunctions")
    send = {
        "Type": "Task",
        "Resource": "arn:aws:states:::sqs:sendMessage",
        "Parameters": {"QueueUrl": queue.url, "MessageBody.$": "$.text"},
        "End": True,
    }
    machine = states.create_state_machine(
        name=name, definition=json.dumps({"StartAt": "Send", "States": {"Send": send}}), roleArn=ROLE
    )["stateMachineArn"]
    fire(scheduler, name, {"Arn": machine, "Input": '{"text": "from the state machine"}'})
    assert queue.receive()["Body"] == "from the state machine"
    parameters = {"StateMachineArn": machine, "Input": '{"text": "universal"}'}
    arn = "arn:aws:scheduler:::aws-sdk:sfn:startExecution"
    fire(scheduler, f"{name}-universal", {"Arn": arn, "Input": json.dumps(parameters)})
    assert queue.receive()["Body"] == "universal"
    states.delete_state_machine(stateMachineArn=machine)


def test_target_universal(scheduler: Any, queue: Queue, name: str) -> None:
    parameters = {"QueueUrl": queue.url, "MessageBody": "attempt <aws.scheduler.attempt-number>"}
    arn = "arn:aws:scheduler:::aws-sdk:sqs:sendMessage"
    fire(scheduler, name, {"Arn": arn, "Input": json.dumps(parameters)})
    assert queue.receive()["Body"] == "attempt 1"


def test_target_function(clients: Clients, scheduler: Any, queue: Queue, name: str) -> None:
    code = io.BytesIO()
    with zipfile.ZipFile(code, "w") as archive:
        archive.writestr("app.py", "def handler(event, context):\n    return event\n")
    lambda_ = clients("lambda")
    function = lambda_.create_function(
        FunctionName=name,
        Runtime="python3.13",
        Handler="app.handler",
        Role=ROLE,
        Code={"ZipFile": code.getvalue()},
    )["FunctionArn"]
    lambda_.get_waiter("function_active_v2").wait(FunctionName=name, WaiterConfig={"Delay": 1})
    lambda_.put_function_event_invoke_config(
        FunctionName=name, DestinationConfig={"OnSuccess": {"Destination": queue.arn}}
    )
    fire(scheduler, name, {"Arn": function, "Input": '{"attempt": "<aws.scheduler.attempt-number>"}'})
    assert json.loads(queue.receive(30)["Body"])["responsePayload"] == {"attempt": "1"}
    lambda_.delete_function(FunctionName=name)


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
