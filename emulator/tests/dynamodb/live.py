"""What the tests against a running instance share."""

import io
import json
import time
import zipfile
from collections.abc import Callable
from functools import partial
from typing import Any
from uuid import uuid4

import boto3

from .world import table_request

ROLE = "arn:aws:iam::000000000000:role/reader"
# Sends the records it is given to a queue; fails for those that say so in an attribute.
FUNCTION = """
import json, os
import boto3

sqs = boto3.client("sqs")
failed_once = set()

def handler(event, context):
    failures = []
    for record in event["Records"]:
        number = record["dynamodb"]["SequenceNumber"]
        if "flaky" in record["dynamodb"].get("NewImage", {}) and number not in failed_once:
            failed_once.add(number)
            return {"batchItemFailures": [{"itemIdentifier": number}]}
        sqs.send_message(QueueUrl=os.environ["QUEUE_URL"], MessageBody=json.dumps(record))
    return {"batchItemFailures": failures}
"""


def unique(prefix: str) -> str:
    """A name that no other test uses."""
    return f"{prefix}-{uuid4().hex[:12]}"


def until[Found](look: Callable[[], Found], seconds: float = 20) -> Found:
    """What `look` returns as soon as that is true of something."""
    deadline = time.monotonic() + seconds
    while True:
        if found := look():
            return found
        assert time.monotonic() < deadline, f"not within {seconds} s"
        time.sleep(0.05)


class Server:
    """boto3 clients of a running server."""

    def __init__(self, url: str) -> None:
        self.url = url
        session = boto3.Session("test", "test", region_name="us-east-1")
        self.client = partial(session.client, endpoint_url=url)
        self.resource = partial(session.resource, endpoint_url=url)
        self.dynamodb: Any = self.client("dynamodb")
        self.streams: Any = self.client("dynamodbstreams")

    def create_table(self, **extra: Any) -> str:
        """A table like that of the unit tests; returns its name."""
        name = unique("jobs")
        self.dynamodb.create_table(
            **{key: value for key, value in table_request(name, **extra).items() if value}
        )
        return name

    def stream_arn(self, table: str) -> str:
        arn: str = self.dynamodb.describe_table(TableName=table)["Table"]["LatestStreamArn"]
        return arn

    def iterator(self, table: str, kind: str = "TRIM_HORIZON") -> str:
        """An iterator of the stream of `table`."""
        arn = self.stream_arn(table)
        (shard,) = self.streams.describe_stream(StreamArn=arn)["StreamDescription"]["Shards"]
        iterator: str = self.streams.get_shard_iterator(
            StreamArn=arn, ShardId=shard["ShardId"], ShardIteratorType=kind
        )["ShardIterator"]
        return iterator


class Listener:
    """A function behind an event source mapping, and what it was called with."""

    def __init__(self, server: Server, table: str, **mapping: Any) -> None:
        self._sqs = server.client("sqs")
        self._lambda = server.client("lambda")
        self.name = unique("listener")
        self._queue = self._sqs.create_queue(QueueName=self.name)["QueueUrl"]
        code = io.BytesIO()
        with zipfile.ZipFile(code, "w") as archive:
            archive.writestr("index.py", FUNCTION)
        self._lambda.create_function(
            FunctionName=self.name,
            Runtime="python3.13",
            Handler="index.handler",
            Role=ROLE,
            Code={"ZipFile": code.getvalue()},
            Environment={"Variables": {"QUEUE_URL": self._queue}},
            Timeout=30,
        )
        self._lambda.get_waiter("function_active_v2").wait(FunctionName=self.name)
        created = self._lambda.create_event_source_mapping(
            FunctionName=self.name,
            EventSourceArn=server.stream_arn(table),
            **{
                "StartingPosition": "TRIM_HORIZON",
                "FunctionResponseTypes": ["ReportBatchItemFailures"],
                **mapping,
            },
        )
        self._mapping = created["UUID"]
        until(lambda: self._state() == "Enabled")
        self.received: list[dict[str, Any]] = []

    def _state(self) -> str:
        state: str = self._lambda.get_event_source_mapping(UUID=self._mapping)["State"]
        return state

    def receive(self, count: int) -> list[dict[str, Any]]:
        """The first `count` records, in the order of their sequence numbers."""

        def enough() -> bool:
            self.poll()
            return len(self.received) >= count

        until(enough, 30)
        assert len(self.received) == count
        return sorted(self.received, key=lambda record: int(record["dynamodb"]["SequenceNumber"]))

    def poll(self) -> None:
        """Takes what the function has sent into `received`."""
        answer = self._sqs.receive_message(QueueUrl=self._queue, MaxNumberOfMessages=10, WaitTimeSeconds=1)
        for message in answer.get("Messages", []):
            self.received.append(json.loads(message["Body"]))
            self._sqs.delete_message(QueueUrl=self._queue, ReceiptHandle=message["ReceiptHandle"])

    def close(self) -> None:
        """Removes the mapping, the function and the queue."""
        self._lambda.delete_event_source_mapping(UUID=self._mapping)
        self._lambda.delete_function(FunctionName=self.name)
        self._sqs.delete_queue(QueueUrl=self._queue)
