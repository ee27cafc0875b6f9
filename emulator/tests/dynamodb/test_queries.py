"""Query and Scan."""

from typing import Any

import pytest

from dockerless.dynamodb import control
from dockerless.dynamodb.errors import ValidationError

from .world import GSI, World, key_schema, plain


@pytest.fixture
def stocked(world: World) -> World:
    """Twenty items in two partitions; every other one is in lane `l`, in pairs of equal weight."""
    for number in range(20):
        item: dict[str, Any] = {"pk": f"p{number % 2}", "sk": f"{number:02d}", "number": number}
        if number % 2 == 0:
            item |= {"lane": "l", "weight": number // 4}
        world.put(item)
    return world


def numbers(response: dict[str, Any]) -> list[int]:
    return [int(plain(item)["number"]) for item in response["Items"]]


@pytest.mark.parametrize(
    ("condition", "values", "expected"),
    [
        ("", {}, [0, 2, 4, 6, 8, 10, 12, 14, 16, 18]),
        ("AND sk = :a", {":a": "04"}, [4]),
        ("AND sk < :a", {":a": "04"}, [0, 2]),
        ("AND sk <= :a", {":a": "04"}, [0, 2, 4]),
        ("AND sk > :a", {":a": "14"}, [16, 18]),
        ("AND sk >= :a", {":a": "14"}, [14, 16, 18]),
        ("AND :a <= sk", {":a": "14"}, [14, 16, 18]),
        ("AND sk BETWEEN :a AND :b", {":a": "04", ":b": "08"}, [4, 6, 8]),
        ("AND begins_with(sk, :a)", {":a": "1"}, [10, 12, 14, 16, 18]),
        ("AND begins_with(sk, :a)", {":a": "9"}, []),
    ],
)
@pytest.mark.parametrize("forward", [True, False])
def test_key_conditions(
    stocked: World, condition: str, values: dict[str, Any], expected: list[int], forward: bool
) -> None:
    response = stocked.query(
        f"pk = :pk {condition}",
        ExpressionAttributeValues={":pk": "p0", **values},
        ScanIndexForward=forward,
    )

    assert numbers(response) == (expected if forward else expected[::-1])
    assert response["Count"] == response["ScannedCount"] == len(expected)
    assert "LastEvaluatedKey" not in response


@pytest.mark.parametrize("forward", [True, False])
@pytest.mark.parametrize("limit", [1, 3, 7])
def test_pages_of_an_index_hold_every_item_once(stocked: World, forward: bool, limit: int) -> None:
    seen: list[int] = []
    start: dict[str, Any] = {}
    while True:
        page = stocked.query(
            "lane = :l",
            IndexName=GSI,
            ExpressionAttributeValues={":l": "l"},
            ScanIndexForward=forward,
            Limit=limit,
            **start,
        )
        seen += numbers(page)
        if "LastEvaluatedKey" not in page:
            break
        assert set(page["LastEvaluatedKey"]) == {"lane", "weight", "pk", "sk"}
        start = {"ExclusiveStartKey": page["LastEvaluatedKey"]}

    assert sorted(seen) == list(range(0, 20, 2))
    assert [number // 4 for number in seen] == sorted((number // 4 for number in seen), reverse=not forward)


@pytest.mark.parametrize(("condition", "expected"), [("weight > :w", [16, 18]), ("weight = :w", [12, 14])])
def test_equal_index_keys_stay_together(stocked: World, condition: str, expected: list[int]) -> None:
    response = stocked.query(
        f"lane = :l AND {condition}", IndexName=GSI, ExpressionAttributeValues={":l": "l", ":w": 3}
    )

    assert sorted(numbers(response)) == expected


def test_a_page_may_start_where_an_item_was_deleted(stocked: World) -> None:
    page = stocked.query("pk = :pk", ExpressionAttributeValues={":pk": "p0"}, Limit=3)
    stocked.delete({"pk": "p0", "sk": "04"})

    rest = stocked.query(
        "pk = :pk",
        ExpressionAttributeValues={":pk": "p0"},
        ExclusiveStartKey=page["LastEvaluatedKey"],
        Limit=2,
    )

    assert numbers(rest) == [6, 8]


def test_an_item_leaves_a_sparse_index_with_its_key(stocked: World) -> None:
    stocked.update({"pk": "p0", "sk": "00"}, UpdateExpression="REMOVE lane")
    stocked.update(
        {"pk": "p0", "sk": "02"}, UpdateExpression="SET weight = :w", ExpressionAttributeValues={":w": 99}
    )

    found = numbers(stocked.query("lane = :l", IndexName=GSI, ExpressionAttributeValues={":l": "l"}))

    assert 0 not in found
    assert found[-1] == 2


def test_filters_follow_the_limit_and_counts_need_no_items(stocked: World) -> None:
    request = {
        "ExpressionAttributeValues": {":pk": "p0", ":n": 4},
        "FilterExpression": "#n >= :n",
        "ExpressionAttributeNames": {"#n": "number"},
        "Limit": 4,
    }

    assert numbers(page := stocked.query("pk = :pk", **request)) == [4, 6]
    assert (page["Count"], page["ScannedCount"]) == (2, 4)
    assert stocked.query("pk = :pk", Select="COUNT", **request) == {
        name: value for name, value in page.items() if name != "Items"
    }


def test_projections(stocked: World) -> None:
    stocked.put({"pk": "doc", "sk": "1", "a": {"b": [{"c": 1}, {"c": 2}], "d": 3}, "e": 4})

    response = stocked.query(
        "pk = :pk", ExpressionAttributeValues={":pk": "doc"}, ProjectionExpression="a.b[1].c, e, absent"
    )

    assert plain(response["Items"][0]) == {"a": {"b": [{"c": 2}]}, "e": 4}


@pytest.mark.parametrize(
    ("projection", "names"),
    [
        ({"ProjectionType": "KEYS_ONLY"}, {"pk", "sk", "lane"}),
        ({"ProjectionType": "INCLUDE", "NonKeyAttributes": ["number"]}, {"pk", "sk", "lane", "number"}),
    ],
)
def test_indexes_hold_what_they_project(stocked: World, projection: dict[str, Any], names: set[str]) -> None:
    index = {"IndexName": "narrow", "KeySchema": key_schema("lane"), "Projection": projection}
    control.update_table(
        stocked.database, {"TableName": "jobs", "GlobalSecondaryIndexUpdates": [{"Create": index}]}
    )

    response = stocked.query("lane = :l", IndexName="narrow", ExpressionAttributeValues={":l": "l"})

    assert response["Count"] == 10
    assert all(set(item) == names for item in response["Items"])


@pytest.mark.parametrize(
    ("condition", "request_", "message"),
    [
        ("pk = :a", {"IndexName": "none"}, "The table does not have the specified index: none"),
        ("pk = :a", {"IndexName": GSI}, "Query condition missed key schema element: lane"),
        ("pk > :a", {}, "Query key condition not supported"),
        ("sk = :a", {}, "Query condition missed key schema element: pk"),
        ("pk = :a AND elsewhere = :a", {}, "Query condition missed key schema element: sk"),
        ("pk = :a OR sk = :a", {}, "Invalid operator used in KeyConditionExpression"),
        ("pk = :a AND contains(sk, :a)", {}, "Invalid operator used in KeyConditionExpression"),
        ("pk = :a AND sk = :a AND sk = :a", {}, "must only contain one condition per key"),
        ("pk = :n", {}, "Condition parameter type does not match schema type"),
        ("pk = :a", {"Limit": 0}, "Member must have value greater than or equal to 1"),
        ("lane = :a", {"IndexName": GSI, "ConsistentRead": True}, "Consistent reads are not supported"),
        (
            "pk = :a",
            {"FilterExpression": "sk = :a"},
            "Filter Expression can only contain non-primary key attributes",
        ),
        ("pk = :a", {"ExclusiveStartKey": {"pk": {"S": "a"}}}, "The provided starting key is invalid"),
        (
            "pk = :a",
            {"ExclusiveStartKey": {"pk": {"S": "other"}, "sk": {"S": "1"}}},
            "The provided starting key is outside query boundaries",
        ),
        ("pk = :a", {"ProjectionExpression": "b, b.c"}, "Two document paths overlap"),
    ],
)
def test_queries_dynamodb_refuses(
    world: World, condition: str, request_: dict[str, Any], message: str
) -> None:
    values = {":n": 1} if ":n" in condition else {":a": "a"}
    with pytest.raises(ValidationError, match=message):
        world.query(condition, ExpressionAttributeValues=values, **request_)


def test_pages_end_at_one_megabyte(world: World) -> None:
    for number in range(12):
        world.put({"pk": "p", "sk": f"{number:02d}", "fat": "x" * 100_000})

    first = world.query("pk = :p", ExpressionAttributeValues={":p": "p"})
    rest = world.query(
        "pk = :p", ExpressionAttributeValues={":p": "p"}, ExclusiveStartKey=first["LastEvaluatedKey"]
    )

    assert (first["Count"], rest["Count"]) == (11, 1)


def test_segments_of_a_scan_share_out_the_items(stocked: World) -> None:
    parts = [numbers(stocked.scan(TotalSegments=3, Segment=segment)) for segment in range(3)]

    assert sorted(number for part in parts for number in part) == list(range(20))


def test_pages_of_a_scan_hold_every_item_once(stocked: World) -> None:
    first = stocked.scan(Limit=15)
    rest = stocked.scan(ExclusiveStartKey=first["LastEvaluatedKey"])

    assert sorted(numbers(first) + numbers(rest)) == list(range(20))
