"""What CreateSchedule and UpdateSchedule refuse."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from botocore.model import StructureShape
from localstack.aws.api.scheduler import ValidationException
from localstack.aws.spec import load_service

from dockerless.scheduler.validation import validate

QUEUE = "arn:aws:sqs:eu-west-1:123456789012:q"
NOON = datetime(2026, 1, 1, 12, 0, tzinfo=UTC)


def request(*, target: dict[str, Any] | None = None, **changes: Any) -> dict[str, Any]:
    return {
        "Name": "demo",
        "ScheduleExpression": "rate(1 minute)",
        "FlexibleTimeWindow": {"Mode": "OFF"},
        "Target": {"Arn": QUEUE, "RoleArn": "arn:aws:iam::123456789012:role/r"} | (target or {}),
    } | changes


def arn(service: str, resource: str = "x") -> str:
    return f"arn:aws:{service}:eu-west-1:123456789012:{resource}"


@pytest.fixture(scope="module")
def shape() -> Any:
    return load_service("scheduler").operation_model("CreateSchedule").input_shape


@pytest.mark.parametrize(
    "accepted",
    [
        request(),
        request(Name="a" * 64, GroupName="my.group-1_2", State="DISABLED", GroupMissing=None),
        request(FlexibleTimeWindow={"Mode": "FLEXIBLE", "MaximumWindowInMinutes": 15}),
        request(StartDate=NOON, EndDate=NOON + timedelta(days=1)),
        request(ScheduleExpression="cron(0 9 ? * 2#1 *)", ScheduleExpressionTimezone="Asia/Seoul"),
        request(target={"Input": "not json, and a queue takes it"}),
        request(target={"Arn": arn("sqs", "q.fifo"), "SqsParameters": {"MessageGroupId": "g"}}),
        request(target={"Arn": arn("lambda", "function:f"), "Input": '{"n": 1}'}),
        request(target={"RetryPolicy": {"MaximumRetryAttempts": 0, "MaximumEventAgeInSeconds": 60}}),
        request(target={"DeadLetterConfig": {"Arn": arn("sqs", "dead")}}),
    ],
)
def test_what_aws_accepts_is_accepted(accepted: dict[str, Any], shape: StructureShape) -> None:
    validate(accepted, shape)


LONG = "a" * 65
REFUSED = {
    f"1 validation error detected: Value '{LONG}' at 'name' failed to satisfy constraint: "
    "Member must have length less than or equal to 64": request(Name=LONG),
    "1 validation error detected: Value 'a b' at 'name' failed to satisfy constraint: "
    "Member must satisfy regular expression pattern: ^[0-9a-zA-Z-_.]+$": request(Name="a b"),
    "1 validation error detected: Value 'ON' at 'state' failed to satisfy constraint: "
    "Member must satisfy enum value set: [ENABLED, DISABLED]": request(State="ON"),
    "1 validation error detected: Value '186' at 'target.retryPolicy.maximumRetryAttempts' failed to satisfy "
    "constraint: Member must have value less than or equal to 185": request(
        target={"RetryPolicy": {"MaximumRetryAttempts": 186}}
    ),
    "1 validation error detected: Value '59' at 'target.retryPolicy.maximumEventAgeInSeconds' failed to "
    "satisfy constraint: Member must have value greater than or equal to 60": request(
        target={"RetryPolicy": {"MaximumEventAgeInSeconds": 59}}
    ),
    "1 validation error detected: Value null at 'target' failed to satisfy constraint: "
    "Member must not be null": request(Target=None),
    "2 validation errors detected: Value 'a b' at 'groupName' failed to satisfy constraint: Member must "
    "satisfy regular expression pattern: ^[0-9a-zA-Z-_.]+$; Value '' at 'target.input' failed to satisfy "
    "constraint: Member must have length greater than or equal to 1": request(
        GroupName="a b", target={"Input": ""}
    ),
    "Invalid Schedule Expression rate(10 minutess).": request(ScheduleExpression="rate(10 minutess)"),
    "Invalid ScheduleExpressionTimezone Mars/Olympus.": request(ScheduleExpressionTimezone="Mars/Olympus"),
    "The StartDate must be earlier than the EndDate.": request(StartDate=NOON, EndDate=NOON),
    "A FLEXIBLE time window needs MaximumWindowInMinutes.": request(FlexibleTimeWindow={"Mode": "FLEXIBLE"}),
    "MaximumWindowInMinutes must not be set when the time window is OFF.": request(
        FlexibleTimeWindow={"Mode": "OFF", "MaximumWindowInMinutes": 5}
    ),
    "Provided Arn somewhere is not in correct format.": request(target={"Arn": "somewhere"}),
    "The Input of this target must be well-formed JSON.": request(
        target={"Arn": arn("lambda", "function:f"), "Input": "{"}
    ),
    "An event bus needs EventBridgeParameters.": request(target={"Arn": arn("events", "event-bus/b")}),
    "A FIFO queue needs SqsParameters with a MessageGroupId.": request(target={"Arn": arn("sqs", "q.fifo")}),
}


@pytest.mark.parametrize(("message", "refused"), REFUSED.items(), ids=range(len(REFUSED)))
def test_what_aws_refuses_is_refused(message: str, refused: dict[str, Any], shape: StructureShape) -> None:
    with pytest.raises(ValidationException) as caught:
        validate(refused, shape)
    assert caught.value.message == message


def test_a_fifo_queue_is_no_dead_letter_queue(shape: StructureShape) -> None:
    with pytest.raises(ValidationException):
        validate(request(target={"DeadLetterConfig": {"Arn": arn("sqs", "dead.fifo")}}), shape)
