"""`make logs`: follows the log groups of the stack's functions; with a job id, only that job's lines."""

import heapq
import json
import sys
import time
from collections.abc import Iterator
from contextlib import suppress
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from scripts.emulator import is_running, users_instance
from scripts.stack import STACK_NAME, client_options, find_stack, session
from scripts.tools import Failed, explained
from scripts.workspace import Instance

if TYPE_CHECKING:
    from mypy_boto3_logs import CloudWatchLogsClient
    from mypy_boto3_logs.type_defs import FilteredLogEventTypeDef

INTERVAL_SECONDS = 1.0
LOOK_BACK_SECONDS = 600

# What Lambda writes of each invocation, and what its logger adds to each line.
PLATFORM = ("START RequestId", "END RequestId", "REPORT RequestId")
HIDDEN = {
    *("level", "message", "timestamp", "location", "service", "cold_start", "xray_trace_id", "correlation_id"),
    *("function_name", "function_arn", "function_memory_size", "function_request_id", "tenant_id"),
}


def follow(instance: Instance, job_id: str | None) -> Iterator[str]:
    """Yields lines as they are logged, starting ten minutes ago, for ever.

    Raises:
        Failed: No stack is deployed.
    """
    if not is_running(instance) or find_stack(instance) is None:
        raise Failed("no stack runs from this clone; `make up` starts one")
    logs = session().client("logs", **client_options(instance))
    groups = _function_groups(instance)
    since = dict.fromkeys(groups, int((time.time() - LOOK_BACK_SECONDS) * 1000))
    seen: set[str] = set()
    while True:
        fresh = [
            [(event["timestamp"], name, event) for event in _new_events(logs, group, since, seen)]
            for group, name in groups.items()
        ]
        for timestamp, name, event in heapq.merge(*fresh, key=lambda entry: entry[0]):
            message = event["message"].rstrip()
            if not message.startswith(PLATFORM) and (job_id is None or job_id in message):
                at = datetime.fromtimestamp(timestamp / 1000, UTC)
                yield f"{at:%H:%M:%S} {name:<12} {readable(message)}"
        time.sleep(INTERVAL_SECONDS)


def readable(message: str) -> str:
    """A structured line as its message and the fields that say what it is about; any other line as it is."""
    try:
        fields = json.loads(message)
    except ValueError:
        return message
    if not isinstance(fields, dict) or "message" not in fields:
        return message
    shown = [f"{name}={value}" for name, value in fields.items() if name not in HIDDEN]
    level = "" if fields.get("level") == "INFO" else f"{fields.get('level')} "
    return f"{level}{fields['message']}  {' '.join(shown)}".rstrip()


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
    logs: "CloudWatchLogsClient", group: str, since: dict[str, int], seen: set[str]
) -> Iterator["FilteredLogEventTypeDef"]:
    try:
        pages = logs.get_paginator("filter_log_events").paginate(logGroupName=group, startTime=since[group])
        for page in pages:
            for event in page["events"]:
                if event["eventId"] not in seen:
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
