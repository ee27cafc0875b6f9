"""Event source mappings from streams to functions of a running server."""

import base64
import json
import time
from collections.abc import Callable

import pytest

from .live import Listener, Server
from .world import wire

Listen = Callable[..., Listener]


def names(records: list[dict[str, object]]) -> list[object]:
    return [record["eventName"] for record in records]


def test_functions_see_every_change_in_order(server: Server, jobs: str, listen: Listen) -> None:
    put = server.dynamodb.put_item
    put(TableName=jobs, Item=wire({"pk": "before", "sk": "1", "data": b"\x00\xff"}))
    listener = listen(jobs)
    put(TableName=jobs, Item=wire({"pk": "before", "sk": "1", "n": 1}))
    put(TableName=jobs, Item=wire({"pk": "before", "sk": "1", "n": 1}))
    with pytest.raises(server.dynamodb.exceptions.TransactionCanceledException):
        server.dynamodb.transact_write_items(
            TransactItems=[
                {"Put": {"TableName": jobs, "Item": wire({"pk": "ghost", "sk": "1"})}},
                {
                    "ConditionCheck": {
                        "TableName": jobs,
                        "Key": wire({"pk": "before", "sk": "1"}),
                        "ConditionExpression": "attribute_not_exists(pk)",
                    }
                },
            ]
        )
    server.dynamodb.delete_item(TableName=jobs, Key=wire({"pk": "before", "sk": "1"}))

    records = listener.receive(3)

    assert names(records) == ["INSERT", "MODIFY", "REMOVE"]
    first = records[0]
    assert base64.b64decode(first["dynamodb"]["NewImage"]["data"]["B"]) == b"\x00\xff"
    assert "OldImage" not in first["dynamodb"]
    assert first["eventVersion"] == "1.1"
    assert first["eventSource"] == "aws:dynamodb"
    assert first["eventSourceARN"] == server.stream_arn(jobs)
    assert abs(first["dynamodb"]["ApproximateCreationDateTime"] - time.time()) < 60


def test_latest_begins_after_the_mapping_was_made(server: Server, jobs: str, listen: Listen) -> None:
    server.dynamodb.put_item(TableName=jobs, Item=wire({"pk": "old", "sk": "1"}))
    listener = listen(jobs, StartingPosition="LATEST")

    # The mapping says it is enabled a little before it first looks.
    deadline = time.monotonic() + 20
    number = 0
    while not listener.received and time.monotonic() < deadline:
        number += 1
        server.dynamodb.put_item(TableName=jobs, Item=wire({"pk": "new", "sk": str(number)}))
        listener.poll()

    assert listener.received
    assert {record["dynamodb"]["Keys"]["pk"]["S"] for record in listener.received} == {"new"}


def test_filters(server: Server, jobs: str, listen: Listen) -> None:
    pattern = {"eventName": ["MODIFY"], "dynamodb": {"NewImage": {"state": {"S": ["done"]}}}}
    listener = listen(jobs, FilterCriteria={"Filters": [{"Pattern": json.dumps(pattern)}]})
    for number, state in enumerate(("new", "done", "done", "old")):
        server.dynamodb.put_item(
            TableName=jobs, Item=wire({"pk": "a", "sk": "1", "state": state, "n": number})
        )

    (first, second) = listener.receive(2)

    assert names([first, second]) == ["MODIFY", "MODIFY"]
    assert second["dynamodb"]["NewImage"]["n"] == {"N": "2"}


def test_a_failed_item_is_tried_again_and_none_is_lost(server: Server, jobs: str, listen: Listen) -> None:
    listener = listen(jobs, BatchSize=10)
    for number in range(5):
        item = {"pk": "a", "sk": str(number)} | ({"flaky": True} if number == 2 else {})
        server.dynamodb.put_item(TableName=jobs, Item=wire(item))

    records = listener.receive(5)

    assert [record["dynamodb"]["Keys"]["sk"]["S"] for record in records] == list("01234")


def test_expiries_are_told_from_deletions(server: Server, jobs: str, listen: Listen) -> None:
    server.dynamodb.update_time_to_live(
        TableName=jobs, TimeToLiveSpecification={"Enabled": True, "AttributeName": "expires"}
    )
    pattern = {"userIdentity": {"type": ["Service"], "principalId": ["dynamodb.amazonaws.com"]}}
    listener = listen(jobs, FilterCriteria={"Filters": [{"Pattern": json.dumps(pattern)}]})
    for kind in ("deleted", "expired"):
        extra = {"expires": 1_700_000_000} if kind == "expired" else {}
        server.dynamodb.put_item(TableName=jobs, Item=wire({"pk": kind, "sk": "1", **extra}))
    server.dynamodb.delete_item(TableName=jobs, Key=wire({"pk": "deleted", "sk": "1"}))

    (record,) = listener.receive(1)

    assert record["dynamodb"]["Keys"]["pk"] == {"S": "expired"}
    assert record["userIdentity"] == {"type": "Service", "principalId": "dynamodb.amazonaws.com"}
