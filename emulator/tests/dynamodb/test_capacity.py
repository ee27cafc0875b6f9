"""Consumed capacity."""

from typing import Any

import pytest

from dockerless.dynamodb.errors import ValidationError
from dockerless.dynamodb.reads import get_item
from dockerless.dynamodb.transactions import transact_get, transact_write

from .world import GSI, World, wire

KEY = {"pk": "a", "sk": "1"}


def units(response: dict[str, Any]) -> tuple[float, float]:
    """Units of the table and of the index."""
    used = response["ConsumedCapacity"]
    used = used[0] if isinstance(used, list) else used
    index = used.get("GlobalSecondaryIndexes", {}).get(GSI, {"CapacityUnits": 0.0})["CapacityUnits"]
    assert used["CapacityUnits"] == used["Table"]["CapacityUnits"] + index
    return used["Table"]["CapacityUnits"], index


def test_nothing_unless_asked_for(world: World) -> None:
    assert world.put(KEY) == {}
    assert set(world.scan()) == {"Items", "Count", "ScannedCount"}


def test_total_names_no_indexes(world: World) -> None:
    response = world.put({**KEY, "lane": "l", "weight": 1}, ReturnConsumedCapacity="TOTAL")

    assert response["ConsumedCapacity"] == {"TableName": "jobs", "CapacityUnits": 2.0}


def test_writes_cost_the_larger_image_and_each_changed_index_entry(world: World) -> None:
    kilobyte = "x" * 1024

    def put(item: dict[str, Any]) -> tuple[float, float]:
        return units(world.put({**KEY, **item}, ReturnConsumedCapacity="INDEXES"))

    assert put({}) == (1, 0)
    assert put({"lane": "l", "weight": 1}) == (1, 1)
    assert put({"lane": "l", "weight": 1}) == (1, 0)
    assert put({"lane": "l", "weight": 1, "n": 1}) == (1, 1)
    assert put({"lane": "l", "weight": 2, "n": 1}) == (1, 2)
    assert put({"lane": "l", "weight": 2, "fat": kilobyte}) == (2, 2)
    assert put({"lane": "m", "weight": 2, "fat": kilobyte}) == (2, 4)
    assert put({}) == (2, 2)
    assert units(world.delete(KEY, ReturnConsumedCapacity="INDEXES")) == (1, 0)


def test_transactions_cost_double_but_for_indexes(world: World) -> None:
    request = {
        "TransactItems": [
            {"Put": {"TableName": "jobs", "Item": wire({**KEY, "lane": "l", "weight": 1})}},
            {
                "ConditionCheck": {
                    "TableName": "jobs",
                    "Key": wire({"pk": "b", "sk": "1"}),
                    "ConditionExpression": "attribute_not_exists(pk)",
                }
            },
        ],
        "ReturnConsumedCapacity": "INDEXES",
        "ClientRequestToken": "t",
    }

    written = transact_write(world.database, request)
    repeated = transact_write(world.database, request)
    get = {"Get": {"TableName": "jobs", "Key": wire(KEY)}}
    read = transact_get(world.database, {"TransactItems": [get], "ReturnConsumedCapacity": "TOTAL"})

    assert units(written) == (4, 1)
    assert written["ConsumedCapacity"][0]["WriteCapacityUnits"] == 5
    assert repeated["ConsumedCapacity"][0]["ReadCapacityUnits"] == 4
    assert read["ConsumedCapacity"] == [{"TableName": "jobs", "CapacityUnits": 2.0, "ReadCapacityUnits": 2.0}]


@pytest.mark.parametrize(
    ("size", "consistent", "expected"), [(10, False, 0.5), (10, True, 1), (4096, True, 2), (9000, False, 1.5)]
)
def test_reads_cost_four_kilobytes_each(world: World, size: int, consistent: bool, expected: float) -> None:
    world.put({**KEY, "fat": "x" * size})
    request = {"Key": wire(KEY), "ConsistentRead": consistent, "ReturnConsumedCapacity": "INDEXES"}

    assert units(get_item(world.table, request)) == (expected, 0)


def test_a_query_costs_what_it_read_together(world: World) -> None:
    for number in range(4):
        world.put({"pk": "a", "sk": str(number), "lane": "l", "weight": 1, "fat": "x" * 3000})

    response = world.query(
        "lane = :l",
        IndexName=GSI,
        ExpressionAttributeValues={":l": "l"},
        FilterExpression="attribute_exists(nothing)",
        ReturnConsumedCapacity="INDEXES",
    )

    assert units(response) == (0, 1.5)


def test_modes_are_checked(world: World) -> None:
    with pytest.raises(ValidationError, match="Value 'ALL' at 'returnConsumedCapacity'"):
        world.put(KEY, ReturnConsumedCapacity="ALL")


def test_item_collection_metrics_are_for_tables_with_local_indexes(world: World) -> None:
    local = World(
        name="local",
        GlobalSecondaryIndexes=None,
        AttributeDefinitions=[{"AttributeName": name, "AttributeType": "S"} for name in ("pk", "sk", "alt")],
        LocalSecondaryIndexes=[
            {
                "IndexName": "by-alt",
                "KeySchema": [
                    {"AttributeName": "pk", "KeyType": "HASH"},
                    {"AttributeName": "alt", "KeyType": "RANGE"},
                ],
                "Projection": {"ProjectionType": "ALL"},
            }
        ],
    )

    assert world.put(KEY, ReturnItemCollectionMetrics="SIZE") == {}
    assert local.put(KEY) == {}
    assert local.put(KEY, ReturnItemCollectionMetrics="SIZE") == {
        "ItemCollectionMetrics": {"ItemCollectionKey": {"pk": {"S": "a"}}, "SizeEstimateRangeGB": [0.0, 1.0]}
    }
