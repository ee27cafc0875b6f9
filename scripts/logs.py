"""`make logs`: follows the log groups of the stack's functions; with a job id, tells that job's story to its end."""

import json
import sys
import time
from collections.abc import Iterable, Iterator
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from scripts.emulator import is_running, users_instance
from scripts.stack import STACK_NAME, client_options, find_stack, session
from scripts.tools import Failed, explained
from scripts.workspace import Instance

if TYPE_CHECKING:
    from mypy_boto3_logs import CloudWatchLogsClient
    from mypy_boto3_logs.type_defs import FilteredLogEventTypeDef

INTERVAL_SECONDS = 1.0
LOOK_BACK_SECONDS = 600
ENDED = {"COMPLETED", "FAILED", "SKIPPED", "CANCELLED"}

# What Lambda writes of each invocation, and what its logger adds to each line.
PLATFORM = ("START RequestId", "END RequestId", "REPORT RequestId")
HIDDEN = {
    *("level", "message", "timestamp", "location", "service", "cold_start", "xray_trace_id", "correlation_id"),
    *("function_name", "function_arn", "function_memory_size", "function_request_id", "tenant_id"),
}


@dataclass(frozen=True, slots=True)
class Line:
    """What a function logged, and when: as it says itself, or else when it was collected."""

    at: datetime
    function: str
    text: str
    fields: dict[str, Any]

    def __str__(self) -> str:
        return f"{self.at:%H:%M:%S.%f}"[:-3] + f" {self.function:<12} {readable(self.text)}"


def follow(instance: Instance, job_id: str | None) -> Iterator[str]:
    """Yields lines as they are logged: of a job from its beginning until it has ended, of all for ever.

    Raises:
        Failed: No stack is deployed.
    """
    if not is_running(instance) or find_stack(instance) is None:
        raise Failed("no stack runs from this clone; `make up` starts one")
    logs = session().client("logs", **client_options(instance))
    groups = _function_groups(instance)
    since = dict.fromkeys(groups, 0 if job_id else int((time.time() - LOOK_BACK_SECONDS) * 1000))
    seen: set[str] = set()
    ended = False
    while True:
        fresh = in_order(
            line_of(name, event)
            for group, name in groups.items()
            for event in _new_events(logs, group, since, seen, job_id)
        )
        for line in fresh:
            if line.fields.get("message") == "changed":
                ended = line.fields.get("status") in ENDED
            yield str(line)
        if job_id and ended and not fresh:
            return
        time.sleep(INTERVAL_SECONDS)


def in_order(lines: Iterable[Line]) -> list[Line]:
    """What is worth reading, by time: neither what the platform writes of each invocation, nor metrics."""
    kept = (line for line in lines if not line.text.startswith(PLATFORM) and "_aws" not in line.fields)
    return sorted(kept, key=lambda line: line.at)


def line_of(function: str, event: "FilteredLogEventTypeDef") -> Line:
    text = event["message"].rstrip()
    fields = _fields(text)
    try:
        at = datetime.fromisoformat(fields["timestamp"]).astimezone(UTC)
    except (KeyError, TypeError, ValueError):
        at = datetime.fromtimestamp(event["timestamp"] / 1000, UTC)
    return Line(at, function, text, fields)


def readable(message: str) -> str:
    """A structured line as its message and the fields that say what it is about; any other line as it is."""
    fields = _fields(message)
    if "message" not in fields:
        return message
    shown = [f"{name}={value}" for name, value in fields.items() if name not in HIDDEN]
    level = "" if fields.get("level") == "INFO" else f"{fields.get('level')} "
    return f"{level}{fields['message']}  {' '.join(shown)}".rstrip()


def _fields(message: str) -> dict[str, Any]:
    try:
        fields = json.loads(message)
    except ValueError:
        return {}
    return fields if isinstance(fields, dict) else {}


def _function_groups(instance: Instance) -> dict[str, str]:
    """Log group → the function's logical name, of all functions of the stack."""
    cloudformation = session().client("cloudformation", **client_options(instance))
    return {
        f"/aws/lambda/{resource['PhysicalResourceId']}": resource["LogicalResourceId"].removesuffix("Function")
        for page in cloudformation.get_paginator("list_stack_resources").paginate(StackName=STACK_NAME)
        for resource in page["StackResourceSummaries"]
        if resource["ResourceType"] == "AWS::Lambda::Function"
    }


def _new_events(
    logs: "CloudWatchLogsClient", group: str, since: dict[str, int], seen: set[str], about: str | None
) -> Iterator["FilteredLogEventTypeDef"]:
    try:
        pattern = f'"{about}"' if about else ""
        pages = logs.get_paginator("filter_log_events").paginate(
            logGroupName=group, startTime=since[group], filterPattern=pattern
        )
        for page in pages:
            for event in page["events"]:
                # LocalStack does not look at the pattern.
                if event["eventId"] not in seen and (about is None or about in event["message"]):
                    seen.add(event["eventId"])
                    since[group] = max(since[group], event["timestamp"])
                    yield event
    except logs.exceptions.ResourceNotFoundException:
        return  # never invoked so far


def main() -> None:
    for line in follow(users_instance(), sys.argv[1] if len(sys.argv) > 1 else None):
        print(line, flush=True)


if __name__ == "__main__":
    with explained("make logs"), suppress(KeyboardInterrupt):
        main()
