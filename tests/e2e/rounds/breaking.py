"""Ways to break a deployed stack from outside: a table that refuses, and events that everybody hears twice."""

import json
import threading
import time
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager, suppress
from typing import Any

from bench.proxy import Answer, Between, Call, Forward, between
from scripts.stack import resources
from tests.e2e.client import eventually
from tests.e2e.rounds.processes import go_by_their_variables
from tests.stack.deployed import Deployed

_AT_WORK_SECONDS = 15
_REFUSAL = {"__type": "com.amazonaws.dynamodb.v20120810#InternalServerError", "message": "refused by the test"}


class Outage:
    """Stands in the proxy, and refuses every call for a while, as DynamoDB does when it fails itself."""

    def __init__(self) -> None:
        self.refused = 0
        self._ends = 0.0
        self._lock = threading.Lock()

    def begin(self, seconds: float) -> None:
        self._ends = time.monotonic() + seconds

    def __call__(self, call: Call, forward: Forward) -> Answer:
        if time.monotonic() >= self._ends:
            return forward(call.body)
        with self._lock:
            self.refused += 1
        return Answer(500, json.dumps(_REFUSAL).encode(), {"Content-Type": "application/x-amz-json-1.0"})


@contextmanager
def standing_between(
    stack: Deployed, functions: Sequence[str], what: Between, service: str = "DYNAMODB"
) -> Iterator[None]:
    """As the proxy's ``between``, for functions that were at work until now."""
    with between(stack.stack, functions, what, service):
        with suppress(AssertionError):  # a process that LocalStack has lost sight of stays, and does nothing any more
            eventually(lambda: go_by_their_variables(stack, functions), "the functions are renewed", _AT_WORK_SECONDS)
        yield


def functions_with_table(stack: Deployed) -> list[str]:
    """Logical ids of all functions that use the table."""
    functions = [
        (resource["LogicalResourceId"], resource["PhysicalResourceId"])
        for resource in resources(stack.stack.instance)
        if resource["ResourceType"] == "AWS::Lambda::Function"
    ]
    return [
        logical_id
        for logical_id, name in functions
        if "TABLE_NAME"
        in stack.functions.get_function_configuration(FunctionName=name).get("Environment", {}).get("Variables", {})
    ]


@contextmanager
def reconciler_away(stack: Deployed) -> Iterator[None]:
    """Takes the reconciler's minute from it: what it heals is not there any more to be broken."""
    (rule,) = (
        resource["PhysicalResourceId"]
        for resource in resources(stack.stack.instance)
        if resource["LogicalResourceId"] == "ReconcilerFunctionEveryMinute"
    )
    targets: list[Any] = list(stack.events.list_targets_by_rule(Rule=rule)["Targets"])
    stack.events.remove_targets(Rule=rule, Ids=[target["Id"] for target in targets])
    try:
        yield
    finally:
        stack.events.put_targets(Rule=rule, Targets=targets)


@contextmanager
def told_twice(stack: Deployed) -> Iterator[None]:
    """Gives each consumer of the stream and of the bus, and of Step Functions' events, a second subscription."""
    with ExitStack() as ends:
        for bus in ("default", stack.outputs["EventBusName"]):
            for rule in stack.events.list_rules(EventBusName=bus)["Rules"]:
                if "EventPattern" not in rule:
                    continue
                name = rule["Name"]
                targets = stack.events.list_targets_by_rule(Rule=name, EventBusName=bus)["Targets"]
                seconds: list[Any] = [{**target, "Id": f"{target['Id']}-again"} for target in targets]
                stack.events.put_targets(Rule=name, EventBusName=bus, Targets=seconds)
                ids = [target["Id"] for target in seconds]
                ends.callback(stack.events.remove_targets, Rule=name, EventBusName=bus, Ids=ids)
        ends.enter_context(_second_listener(stack))
        yield


@contextmanager
def _second_listener(stack: Deployed) -> Iterator[None]:
    name = stack.function_name("ListenerFunction")
    # A function may read a stream once; a version of it is another function.
    version = stack.functions.publish_version(FunctionName=name)["FunctionArn"]
    stream = stack.dynamodb.describe_table(TableName=stack.table_name)["Table"]["LatestStreamArn"]
    mapping = stack.functions.create_event_source_mapping(
        FunctionName=version, EventSourceArn=stream, StartingPosition="LATEST", BatchSize=100
    )["UUID"]

    def is_enabled() -> bool:
        return stack.functions.get_event_source_mapping(UUID=mapping)["State"] == "Enabled"

    try:
        eventually(is_enabled, "the second listener listens")
        yield
    finally:
        stack.functions.delete_event_source_mapping(UUID=mapping)
