"""Refuses what AWS refuses when a schedule is created or updated."""

import json
import re
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any, Final

from botocore.model import ListShape, Shape, StructureShape
from localstack.aws.api.scheduler import ValidationException

from dockerless.scheduler.expressions import InvalidExpression, InvalidTimezone, parse

Request = dict[str, Any]

# API reference, Target: the input of these has to be JSON; a universal target's is its parameters.
_JSON_TARGETS: Final = re.compile(r"arn:[^:]+:(lambda|states|events|scheduler):")


def validate(request: Request, shape: StructureShape) -> None:
    """Check a CreateSchedule or UpdateSchedule request.

    Args:
        request: its parameters.
        shape: the API's model of them, whose lengths, ranges and patterns LocalStack itself does not check.

    Raises:
        ValidationException: the request is not acceptable; worded as AWS does where its wording is known.
    """
    violations = list(_violations(request, shape, ""))
    if violations:
        noun = "error" if len(violations) == 1 else "errors"
        raise ValidationException(f"{len(violations)} validation {noun} detected: {'; '.join(violations)}")
    _validate_expression(request)
    _validate_dates(request)
    _validate_window(request["FlexibleTimeWindow"])
    _validate_target(request["Target"])


def _violations(value: Any, shape: Shape, path: str) -> Iterator[str]:
    """Every breach of the model's constraints, in AWS's words; required members are checked by every SDK."""
    if isinstance(shape, StructureShape):
        for name, member in shape.members.items():
            # The parser fills in None for required members that are absent.
            if (item := value.get(name)) is not None:
                yield from _violations(item, member, f"{path}.{_camel(name)}".lstrip("."))
            elif name in shape.required_members:
                yield _violation("null", f"{path}.{_camel(name)}".lstrip("."), "Member must not be null")
    elif isinstance(shape, ListShape):
        for number, item in enumerate(value, start=1):
            yield from _violations(item, shape.member, f"{path}.{number}.member")
    elif constraint := _broken(value, shape):
        yield _violation(f"'{value}'", path, constraint)


def _camel(name: str) -> str:
    return name[0].lower() + name[1:]


def _violation(value: str, path: str, constraint: str) -> str:
    return f"Value {value} at '{path}' failed to satisfy constraint: {constraint}"


def _broken(value: Any, shape: Shape) -> str | None:
    if isinstance(value, str):
        # botocore keeps `pattern` and `enum` apart from the metadata that it checks itself.
        pattern, allowed = shape.metadata.get("pattern"), shape.metadata.get("enum")
        if allowed and value not in allowed:
            return f"Member must satisfy enum value set: [{', '.join(allowed)}]"
        if "max" in shape.metadata and len(value) > shape.metadata["max"]:
            return f"Member must have length less than or equal to {shape.metadata['max']}"
        if "min" in shape.metadata and len(value) < shape.metadata["min"]:
            return f"Member must have length greater than or equal to {shape.metadata['min']}"
        if pattern and not re.fullmatch(pattern, value):
            return f"Member must satisfy regular expression pattern: {pattern}"
    elif isinstance(value, int):
        if "max" in shape.metadata and value > shape.metadata["max"]:
            return f"Member must have value less than or equal to {shape.metadata['max']}"
        if "min" in shape.metadata and value < shape.metadata["min"]:
            return f"Member must have value greater than or equal to {shape.metadata['min']}"
    return None


def _validate_expression(request: Request) -> None:
    text, timezone = request["ScheduleExpression"], request.get("ScheduleExpressionTimezone")
    try:
        parse(text, timezone, created=datetime.now(UTC))
    except InvalidTimezone as error:
        raise ValidationException(f"Invalid ScheduleExpressionTimezone {timezone}.") from error
    except InvalidExpression as error:
        raise ValidationException(f"Invalid Schedule Expression {text}.") from error


def _validate_dates(request: Request) -> None:
    start, end = request.get("StartDate"), request.get("EndDate")
    if start and end and start >= end:
        raise ValidationException("The StartDate must be earlier than the EndDate.")


def _validate_window(window: dict[str, Any]) -> None:
    if window["Mode"] == "FLEXIBLE" and not window.get("MaximumWindowInMinutes"):
        raise ValidationException("A FLEXIBLE time window needs MaximumWindowInMinutes.")
    if window["Mode"] == "OFF" and window.get("MaximumWindowInMinutes"):
        raise ValidationException("MaximumWindowInMinutes must not be set when the time window is OFF.")


def _validate_target(target: dict[str, Any]) -> None:
    arn, text = target["Arn"], target.get("Input")
    if not arn.startswith("arn:"):
        raise ValidationException(f"Provided Arn {arn} is not in correct format.")
    if text is not None and _JSON_TARGETS.match(arn):
        try:
            json.loads(text)
        except ValueError as error:
            raise ValidationException("The Input of this target must be well-formed JSON.") from error
    if re.match(r"arn:[^:]+:events:", arn) and not target.get("EventBridgeParameters"):
        raise ValidationException("An event bus needs EventBridgeParameters.")
    group = (target.get("SqsParameters") or {}).get("MessageGroupId")
    if re.match(r"arn:[^:]+:sqs:", arn) and arn.endswith(".fifo") and not group:
        raise ValidationException("A FIFO queue needs SqsParameters with a MessageGroupId.")
    if ((target.get("DeadLetterConfig") or {}).get("Arn") or "").endswith(".fifo"):
        raise ValidationException("A FIFO queue cannot be a dead-letter queue.")
