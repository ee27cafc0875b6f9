"""DynamoDB of a running instance, as boto3 users see it."""

from concurrent.futures import ThreadPoolExecutor
from decimal import Decimal
from typing import Any

import pytest
from botocore.exceptions import ClientError

from .live import Server
from .world import GSI, plain, wire

KEY = {"pk": "a", "sk": "1"}


def test_values_of_every_type_come_back_as_they_went(server: Server, jobs: str) -> None:
    table = server.resource("dynamodb").Table(jobs)
    item = {
        **KEY,
        "data": b"\x00\xff",
        "price": Decimal("12.340"),
        "list": [None, True, {"deep": {b"a", b"b"}}],
        "tags": {"x", "y"},
        "numbers": {Decimal(1), Decimal("2.5")},
    }

    table.put_item(Item=item)

    found = table.get_item(Key=KEY, ConsistentRead=True)["Item"]
    assert found["data"].value == b"\x00\xff"
    assert {**found, "data": b"\x00\xff"} == item


def test_responses_hold_only_what_was_asked_for(server: Server, jobs: str) -> None:
    put = server.dynamodb.put_item(TableName=jobs, Item=wire(KEY))
    transacted = server.dynamodb.transact_write_items(
        TransactItems=[{"Put": {"TableName": jobs, "Item": wire({**KEY, "n": 1})}}]
    )
    counted = server.dynamodb.put_item(TableName=jobs, Item=wire(KEY), ReturnConsumedCapacity="INDEXES")

    assert set(put) == set(transacted) == {"ResponseMetadata"}
    assert counted["ConsumedCapacity"] == {
        "TableName": jobs, "CapacityUnits": 1.0, "Table": {"CapacityUnits": 1.0},
    }  # fmt: skip
    assert set(server.dynamodb.get_item(TableName=jobs, Key=wire({"pk": "b", "sk": "1"}))) == {
        "ResponseMetadata"
    }


@pytest.mark.parametrize(
    ("operation", "request_", "code", "message"),
    [
        (
            "get_item",
            {"TableName": "absent", "Key": wire(KEY)},
            "ResourceNotFoundException",
            "resource not found",
        ),
        ("describe_table", {"TableName": "absent"}, "ResourceNotFoundException", "Table: absent not found"),
        (
            "get_item",
            {"Key": wire({"pk": "a"})},
            "ValidationException",
            "key element does not match the schema",
        ),
        (
            "query",
            {
                "IndexName": "absent",
                "KeyConditionExpression": "pk = :p",
                "ExpressionAttributeValues": wire({":p": "a"}),
            },
            "ValidationException",
            "The table does not have the specified index: absent",
        ),
        (
            "update_item",
            {"Key": wire(KEY), "UpdateExpression": "SET n ="},
            "ValidationException",
            'Invalid UpdateExpression: Syntax error; token: "<EOF>"',
        ),
    ],
)
def test_errors(
    server: Server, jobs: str, operation: str, request_: dict[str, Any], code: str, message: str
) -> None:
    with pytest.raises(ClientError) as refused:
        getattr(server.dynamodb, operation)(**{"TableName": jobs, **request_})

    assert refused.value.response["Error"]["Code"] == code
    assert message in refused.value.response["Error"]["Message"]
    assert refused.value.response["ResponseMetadata"]["HTTPStatusCode"] == 400


def test_failed_conditions_carry_the_item(server: Server, jobs: str) -> None:
    dynamodb = server.dynamodb
    dynamodb.put_item(TableName=jobs, Item=wire({**KEY, "n": 1}))
    put = {
        "TableName": jobs,
        "Item": wire(KEY),
        "ConditionExpression": "attribute_not_exists(pk)",
        "ReturnValuesOnConditionCheckFailure": "ALL_OLD",
    }

    with pytest.raises(dynamodb.exceptions.ConditionalCheckFailedException) as alone:
        dynamodb.put_item(**put)
    with pytest.raises(dynamodb.exceptions.TransactionCanceledException) as together:
        dynamodb.transact_write_items(
            TransactItems=[{"Put": {"TableName": jobs, "Item": wire({"pk": "b", "sk": "1"})}}, {"Put": put}]
        )

    assert plain(alone.value.response["Item"]) == {**KEY, "n": 1}
    first, second = together.value.response["CancellationReasons"]
    assert first == {"Code": "None"}
    assert second["Code"] == "ConditionalCheckFailed"
    assert plain(second["Item"]) == {**KEY, "n": 1}


def test_one_of_many_conditional_writes_wins(server: Server, jobs: str) -> None:
    def attempt(number: int) -> bool:
        try:
            server.dynamodb.put_item(
                TableName=jobs,
                Item=wire({**KEY, "n": number}),
                ConditionExpression="attribute_not_exists(pk)",
            )
        except server.dynamodb.exceptions.ConditionalCheckFailedException:
            return False
        return True

    with ThreadPoolExecutor(16) as pool:
        assert sum(pool.map(attempt, range(200))) == 1


def test_concurrent_transactions_lose_nothing_and_their_records_follow_each_other(
    server: Server, jobs: str
) -> None:
    start = server.iterator(jobs, "LATEST")

    def take(number: int) -> int:
        """Claims one of 10 slots for a job, both in one transaction."""
        for slot in range(number, number + 10):
            try:
                server.dynamodb.transact_write_items(
                    TransactItems=[
                        {
                            "Put": {
                                "TableName": jobs,
                                "Item": wire({"pk": "slot", "sk": str(slot % 10)}),
                                "ConditionExpression": "attribute_not_exists(pk)",
                            }
                        },
                        {"Put": {"TableName": jobs, "Item": wire({"pk": "job", "sk": str(number)})}},
                    ]
                )
            except server.dynamodb.exceptions.TransactionCanceledException:
                continue
            return 1
        return 0

    with ThreadPoolExecutor(8) as pool:
        assert sum(pool.map(take, range(20))) == 10

    page = server.streams.get_records(ShardIterator=start)
    kinds = [record["dynamodb"]["Keys"]["pk"]["S"] for record in page["Records"]]
    assert kinds == ["slot", "job"] * 10
    assert {record["eventName"] for record in page["Records"]} == {"INSERT"}
    assert server.streams.get_records(ShardIterator=page["NextShardIterator"])["Records"] == []


def test_pagination_through_boto3(server: Server, jobs: str) -> None:
    with server.resource("dynamodb").Table(jobs).batch_writer() as batch:
        for number in range(60):
            batch.put_item(Item={"pk": str(number), "sk": "1", "lane": "l", "weight": number % 3})

    pages = server.dynamodb.get_paginator("query").paginate(
        TableName=jobs,
        IndexName=GSI,
        KeyConditionExpression="lane = :l",
        ExpressionAttributeValues=wire({":l": "l"}),
        ScanIndexForward=False,
        PaginationConfig={"PageSize": 7},
    )
    items = [plain(item) for page in pages for item in page["Items"]]

    assert len({item["pk"] for item in items}) == 60
    assert [item["weight"] for item in items] == sorted((item["weight"] for item in items), reverse=True)


def test_an_iterator_starts_where_it_is_told(server: Server, jobs: str) -> None:
    for number in range(3):
        server.dynamodb.put_item(TableName=jobs, Item=wire({"pk": str(number), "sk": "1"}))
    read = server.streams.get_records
    everything = read(ShardIterator=server.iterator(jobs))["Records"]
    arn = server.stream_arn(jobs)
    shard = server.streams.describe_stream(StreamArn=arn)["StreamDescription"]["Shards"][0]["ShardId"]

    def after(kind: str) -> list[str]:
        iterator = server.streams.get_shard_iterator(
            StreamArn=arn,
            ShardId=shard,
            ShardIteratorType=kind,
            SequenceNumber=everything[1]["dynamodb"]["SequenceNumber"],
        )["ShardIterator"]
        return [record["dynamodb"]["Keys"]["pk"]["S"] for record in read(ShardIterator=iterator)["Records"]]

    assert after("AT_SEQUENCE_NUMBER") == ["1", "2"]
    assert after("AFTER_SEQUENCE_NUMBER") == ["2"]
    assert read(ShardIterator=server.iterator(jobs, "LATEST"))["Records"] == []
    assert [stream["StreamArn"] for stream in server.streams.list_streams(TableName=jobs)["Streams"]] == [arn]


def test_streams_that_are_not_there(server: Server, jobs: str) -> None:
    absent = server.stream_arn(jobs) + "0"
    with pytest.raises(ClientError, match=f"Requested resource not found: Stream: {absent} not found"):
        server.streams.describe_stream(StreamArn=absent)
    with pytest.raises(ClientError, match="Invalid ShardIterator"):
        server.streams.get_records(ShardIterator="nonsense")
