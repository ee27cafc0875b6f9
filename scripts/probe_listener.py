"""`make probe-listener`: writes a probe item into the table and waits for its event on the bus."""

import json
import time
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from scripts.emulator import is_running, users_instance
from scripts.stack import Stack, client_options, find_stack, session
from scripts.tools import Failed, explained

WAIT_SECONDS = 30


def main() -> None:
    instance = users_instance()
    stack = find_stack(instance) if is_running(instance) else None
    if stack is None:
        raise Failed("no stack runs from this clone; `make up` starts one")
    print(f"the event came after {probe(stack):.2f} s")


def probe(stack: Stack, seconds: float = WAIT_SECONDS) -> float:
    """How many seconds the event of a new item takes.

    Raises:
        Failed: None came within ``seconds``.
    """
    probe_id = f"probe-{uuid.uuid4()}"
    sqs = _client(stack, "sqs")
    with _queue(stack, probe_id) as queue_url, _item(stack, probe_id):
        written = time.monotonic()
        while time.monotonic() < written + seconds:
            if sqs.receive_message(QueueUrl=queue_url, WaitTimeSeconds=1).get("Messages"):
                return time.monotonic() - written
    raise Failed(f"no event of a new item came within {seconds} s; GET /health says what the trigger is doing")


@contextmanager
def _queue(stack: Stack, probe_id: str) -> Iterator[str]:
    """A queue that gets the probe's events, and nobody else's."""
    sqs, events, bus = _client(stack, "sqs"), _client(stack, "events"), stack.outputs["EventBusName"]
    queue_url = sqs.create_queue(QueueName=probe_id)["QueueUrl"]
    try:
        arn = sqs.get_queue_attributes(QueueUrl=queue_url, AttributeNames=["QueueArn"])["Attributes"]["QueueArn"]
        statement = {"Effect": "Allow", "Principal": {"Service": "events.amazonaws.com"}, "Action": "sqs:SendMessage"}
        policy = {"Version": "2012-10-17", "Statement": [statement | {"Resource": arn}]}
        sqs.set_queue_attributes(QueueUrl=queue_url, Attributes={"Policy": json.dumps(policy)})
        pattern = {"source": ["nightshift"], "detail": {"job_id": [probe_id]}}
        events.put_rule(Name=probe_id, EventBusName=bus, EventPattern=json.dumps(pattern))
        events.put_targets(Rule=probe_id, EventBusName=bus, Targets=[{"Id": "probe", "Arn": arn}])
        try:
            yield queue_url
        finally:
            events.remove_targets(Rule=probe_id, EventBusName=bus, Ids=["probe"])
            events.delete_rule(Name=probe_id, EventBusName=bus)
    finally:
        sqs.delete_queue(QueueUrl=queue_url)


@contextmanager
def _item(stack: Stack, probe_id: str) -> Iterator[None]:
    """A job in no index, and ended, so that nobody does anything with it."""
    dynamodb = _client(stack, "dynamodb")
    key = {"pk": {"S": f"JOB#{probe_id}"}, "sk": {"S": "JOB"}}
    told = {"job_id": probe_id, "tenant_id": "probe", "type": "probe", "status": "COMPLETED"}
    item = key | {name: {"S": value} for name, value in told.items()} | {"version": {"N": "1"}}
    dynamodb.put_item(TableName=stack.table_name, Item=item)
    try:
        yield
    finally:
        dynamodb.delete_item(TableName=stack.table_name, Key=key)


def _client(stack: Stack, service: str) -> Any:
    # boto3's stubs want the service's name written out.
    return session().client(service, **client_options(stack.instance))  # type: ignore[call-overload]


if __name__ == "__main__":
    with explained("make probe-listener"):
        main()
