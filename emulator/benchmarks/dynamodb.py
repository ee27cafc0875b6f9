"""Prints how long DynamoDB operations take at 1 000, 10 000 and 100 000 items.

    python benchmarks/dynamodb.py [--endpoint http://127.0.0.1:4566] [--repeat 100]

Without an endpoint it measures the engine in this process; with one, boto3 calls to a running instance
(filling 100 000 items through HTTP takes some minutes).
"""

import argparse
import resource
import statistics
import sys
import time
from collections.abc import Callable
from typing import Any
from uuid import uuid4

import boto3
from boto3.dynamodb.types import TypeSerializer

from dockerless.dynamodb import batches, control, reads, transactions, writes
from dockerless.dynamodb.database import Database

SIZES = (1_000, 10_000, 100_000)
QUEUED_EVERY = 10
_serialize = TypeSerializer().serialize

type Call = Callable[..., Any]


def wire(item: dict[str, Any]) -> dict[str, Any]:
    """Python values in DynamoDB's wire form."""
    return {name: _serialize(value) for name, value in item.items()}


class Engine:
    """The operations, called in this process with boto3's names."""

    def __init__(self) -> None:
        self._database = Database("000000000000", "us-east-1")

    def create_table(self, **request: Any) -> None:
        control.create_table(self._database, request)

    def delete_table(self, TableName: str) -> None:
        control.delete_table(self._database, TableName)

    def put_item(self, **request: Any) -> Any:
        return writes.execute(writes.put(self._database.table(request["TableName"]), request), request)

    def update_item(self, **request: Any) -> Any:
        write = writes.update(self._database.table(request["TableName"]), request)
        return writes.execute(write, request, is_update=True)

    def get_item(self, **request: Any) -> Any:
        return reads.get_item(self._database.table(request["TableName"]), request)

    def query(self, **request: Any) -> Any:
        return reads.query(self._database.table(request["TableName"]), request)

    def transact_write_items(self, **request: Any) -> Any:
        return transactions.transact_write(self._database, request)

    def batch_write_item(self, **request: Any) -> Any:
        return batches.batch_write(self._database, request)


def job(number: int) -> dict[str, Any]:
    """A job of about 600 bytes; every tenth is in the queue, all are in the list."""
    item = {
        "pk": f"JOB#{number:08d}",
        "sk": "JOB",
        "tenant": "t",
        "created": f"2026-01-01T{number:010d}",
        "params": {"topic": "x" * 300, "length": 900, "tags": ["a", "b"]},
        "attempts": 0,
    }
    return item | ({"lane": "t#story", "rank": f"{number:010d}"} if number % QUEUED_EVERY == 0 else {})


def create_table(client: Any, name: str) -> None:
    """A table with a sparse queue index, a listing index and a stream."""
    indexes = {"queue": ("lane", "rank"), "list": ("tenant", "created")}

    def keys(*names: str) -> list[dict[str, str]]:
        kinds = ("HASH", "RANGE")
        return [{"AttributeName": key, "KeyType": kind} for key, kind in zip(names, kinds, strict=True)]

    client.create_table(
        TableName=name,
        BillingMode="PAY_PER_REQUEST",
        KeySchema=keys("pk", "sk"),
        AttributeDefinitions=[
            {"AttributeName": key, "AttributeType": "S"}
            for key in ("pk", "sk", *(key for pair in indexes.values() for key in pair))
        ],
        GlobalSecondaryIndexes=[
            {"IndexName": index, "KeySchema": keys(*pair), "Projection": {"ProjectionType": "ALL"}}
            for index, pair in indexes.items()
        ],
        StreamSpecification={"StreamEnabled": True, "StreamViewType": "NEW_AND_OLD_IMAGES"},
    )


def fill(client: Any, name: str, start: int, end: int) -> None:
    """Puts the jobs from `start` to `end`, 25 at a time."""
    for first in range(start, end, 25):
        puts = [{"PutRequest": {"Item": wire(job(number))}} for number in range(first, min(first + 25, end))]
        client.batch_write_item(RequestItems={name: puts})


def operations(client: Any, name: str, size: int) -> dict[str, Call]:
    """What is measured; each takes the number of the repetition."""
    lane, tenant = wire({":v": "t#story"}), wire({":v": "t"})

    def transact(number: int) -> Any:
        key = wire({"pk": f"JOB#{number:08d}", "sk": "JOB"})
        return client.transact_write_items(
            TransactItems=[
                {
                    "Update": {
                        "TableName": name,
                        "Key": key,
                        "UpdateExpression": "ADD attempts :one REMOVE lane",
                        "ExpressionAttributeValues": wire({":one": 1}),
                    }
                },
                {
                    "Put": {
                        "TableName": name,
                        "Item": wire({"pk": f"JOB#{number:08d}", "sk": f"RUN#{uuid4()}"}),
                    }
                },
                {
                    "Update": {
                        "TableName": name,
                        "Key": wire({"pk": "SLOTS", "sk": "SLOTS"}),
                        "UpdateExpression": "ADD taken :one",
                        "ExpressionAttributeValues": wire({":one": 1}),
                    }
                },
            ],
            ClientRequestToken=str(uuid4()),
        )

    def query(index: str, condition: str, values: dict[str, Any], **extra: Any) -> Call:
        return lambda number: client.query(
            TableName=name,
            IndexName=index,
            KeyConditionExpression=condition,
            ExpressionAttributeValues=values,
            **extra,
        )

    return {
        "PutItem": lambda number: client.put_item(TableName=name, Item=wire(job(size + number))),
        "GetItem": lambda number: client.get_item(
            TableName=name, Key=wire({"pk": f"JOB#{number:08d}", "sk": "JOB"})
        ),
        "UpdateItem": lambda number: client.update_item(
            TableName=name,
            Key=wire({"pk": f"JOB#{number:08d}", "sk": "JOB"}),
            UpdateExpression="SET attempts = attempts + :one",
            ConditionExpression="attribute_exists(pk)",
            ExpressionAttributeValues=wire({":one": 1}),
        ),
        "TransactWriteItems (3)": transact,
        "Query queue head (1)": query("queue", "lane = :v", lane, Limit=1),
        "Query newest 50": query("list", "tenant = :v", tenant, Limit=50, ScanIndexForward=False),
        "Query COUNT, Limit 1000": query("list", "tenant = :v", tenant, Limit=1000, Select="COUNT"),
    }


def measure(call: Call, repeat: int) -> tuple[float, float]:
    """Median and 95th percentile, in milliseconds."""
    times = []
    for number in range(repeat):
        start = time.perf_counter()
        call(number)
        times.append((time.perf_counter() - start) * 1000)
    return statistics.median(times), statistics.quantiles(times, n=20)[-1]


def main() -> None:
    """Fills a table step by step and measures at each size."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--endpoint", help="a running instance; without it the engine is measured in process")
    parser.add_argument("--repeat", type=int, default=100)
    options = parser.parse_args()
    session = boto3.Session("test", "test", region_name="us-east-1")
    client = session.client("dynamodb", endpoint_url=options.endpoint) if options.endpoint else Engine()
    name = f"benchmark-{uuid4().hex[:8]}"
    create_table(client, name)
    try:
        filled = 0
        for size in SIZES:
            fill(client, name, filled, size)
            filled = size
            print(f"\n{size} items" + ("" if options.endpoint else f", process {_resident_mb()} MB"))
            for label, call in operations(client, name, size).items():
                median, late = measure(call, options.repeat)
                print(f"  {label:26} p50 {median:8.3f} ms   p95 {late:8.3f} ms")
            sys.stdout.flush()
    finally:
        client.delete_table(TableName=name)


def _resident_mb() -> int:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024


if __name__ == "__main__":
    main()
