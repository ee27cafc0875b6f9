"""Transactions and batches."""

from typing import Any

import pytest
from localstack.aws.api.dynamodb import (
    IdempotentParameterMismatchException,
    ResourceNotFoundException,
    TransactionCanceledException,
)

from dockerless.dynamodb.batches import batch_get, batch_write
from dockerless.dynamodb.errors import ValidationError
from dockerless.dynamodb.transactions import TOKEN_LIFETIME, transact_get, transact_write

from .world import World, plain, wire


def put(number: int, **extra: Any) -> dict[str, Any]:
    return {"Put": {"TableName": "jobs", "Item": wire({"pk": "t", "sk": str(number)}), **extra}}


def key(number: int) -> dict[str, Any]:
    return {"TableName": "jobs", "Key": wire({"pk": "t", "sk": str(number)})}


def test_all_writes_happen_in_their_order(world: World) -> None:
    world.put({"pk": "t", "sk": "1", "n": 1})
    world.put({"pk": "t", "sk": "2"})

    response = transact_write(
        world.database,
        {
            "TransactItems": [
                put(3),
                {
                    "Update": {
                        **key(1),
                        "UpdateExpression": "ADD n :one",
                        "ExpressionAttributeValues": wire({":one": 1}),
                    }
                },
                {"Delete": key(2)},
                {"ConditionCheck": {**key(4), "ConditionExpression": "attribute_not_exists(pk)"}},
            ]
        },
    )

    assert response == {}
    assert world.get({"pk": "t", "sk": "1"}) == {"pk": "t", "sk": "1", "n": 2}
    assert world.events() == ["INSERT", "INSERT", "INSERT", "MODIFY", "REMOVE"]


def test_a_cancelled_transaction_leaves_no_trace_and_gives_reasons(world: World) -> None:
    world.put({"pk": "t", "sk": "2", "n": 1})
    before = world.table.stream
    unfitting = {**key(2), "UpdateExpression": "SET n = n + pk"}

    with pytest.raises(TransactionCanceledException) as cancelled:
        transact_write(
            world.database,
            {
                "TransactItems": [
                    put(1),
                    {"Update": unfitting},
                    put(3, ConditionExpression="attribute_exists(pk)"),
                ]
            },
        )

    assert [reason["Code"] for reason in cancelled.value.CancellationReasons] == [
        "None",
        "ValidationError",
        "ConditionalCheckFailed",
    ]
    assert str(cancelled.value).endswith("[None, ValidationError, ConditionalCheckFailed]")
    assert world.scan()["Count"] == 1
    assert world.table.stream is before
    assert world.events() == ["INSERT"]


def test_a_cancellation_shows_the_item_if_asked(world: World) -> None:
    world.put({"pk": "t", "sk": "1", "n": 7})
    action = put(
        1, ConditionExpression="attribute_not_exists(pk)", ReturnValuesOnConditionCheckFailure="ALL_OLD"
    )

    with pytest.raises(TransactionCanceledException) as cancelled:
        transact_write(world.database, {"TransactItems": [action]})

    assert cancelled.value.CancellationReasons == [
        {
            "Code": "ConditionalCheckFailed",
            "Message": "The conditional request failed",
            "Item": wire({"pk": "t", "sk": "1", "n": 7}),
        }
    ]


@pytest.mark.parametrize(
    ("actions", "error", "message"),
    [
        ([put(1), put(1)], ValidationError, "cannot include multiple operations on one item"),
        ([], ValidationError, "length greater than or equal to 1"),
        ([put(number) for number in range(101)], ValidationError, "length less than or equal to 100"),
        ([{}], ValidationError, "can only contain one of"),
        ([put(1, ConditionExpression="nonsense")], ValidationError, "Syntax error"),
        ([{"Delete": {**key(1), "TableName": "none"}}], ResourceNotFoundException, "resource not found"),
    ],
)
def test_malformed_transactions(
    world: World, actions: list[Any], error: type[Exception], message: str
) -> None:
    with pytest.raises(error, match=message):
        transact_write(world.database, {"TransactItems": actions})

    assert world.scan()["Count"] == 0


def test_a_repeated_token_writes_once_until_it_is_forgotten(world: World) -> None:
    update = {
        "Update": {
            **key(1),
            "UpdateExpression": "ADD n :one",
            "ExpressionAttributeValues": wire({":one": 1}),
        }
    }
    request = {"TransactItems": [update], "ClientRequestToken": "token"}

    def n() -> Any:
        item = world.get({"pk": "t", "sk": "1"})
        return item and item["n"]

    transact_write(world.database, request)
    transact_write(world.database, request)
    assert n() == 1
    with pytest.raises(IdempotentParameterMismatchException):
        transact_write(world.database, {**request, "TransactItems": [put(2)]})
    world.now += TOKEN_LIFETIME + 1
    transact_write(world.database, request)
    assert n() == 2


def test_a_repetition_may_name_attributes_in_another_order(world: World) -> None:
    item = wire({"pk": "t", "sk": "1", "data": b"x"})
    for attributes in (item, dict(reversed(item.items()))):
        put_ = {"Put": {"TableName": "jobs", "Item": attributes}}
        transact_write(world.database, {"TransactItems": [put_], "ClientRequestToken": "t"})

    assert world.events() == ["INSERT"]


def test_a_cancelled_token_may_be_used_again(world: World) -> None:
    request = {
        "TransactItems": [put(1, ConditionExpression="attribute_exists(pk)")],
        "ClientRequestToken": "t",
    }
    with pytest.raises(TransactionCanceledException):
        transact_write(world.database, request)

    world.put({"pk": "t", "sk": "1"})

    assert transact_write(world.database, request) == {}


def test_transact_get_keeps_the_order(world: World) -> None:
    world.put({"pk": "t", "sk": "2", "n": 2})

    response = transact_get(world.database, {"TransactItems": [{"Get": key(1)}, {"Get": key(2)}]})

    assert response == {"Responses": [{}, {"Item": wire({"pk": "t", "sk": "2", "n": 2})}]}


def test_batches_write_in_order_and_read_what_is_there(world: World) -> None:
    world.put({"pk": "t", "sk": "9"})
    written = batch_write(
        world.database,
        {
            "RequestItems": {
                "jobs": [
                    *({"PutRequest": {"Item": wire({"pk": "t", "sk": str(number)})}} for number in (3, 1, 2)),
                    {"DeleteRequest": {"Key": wire({"pk": "t", "sk": "9"})}},
                ]
            }
        },
    )
    keys = [wire({"pk": "t", "sk": str(number)}) for number in (1, 2, 7)]
    found = batch_get(world.database, {"RequestItems": {"jobs": {"Keys": keys}}})

    assert written == {"UnprocessedItems": {}}
    assert [record["dynamodb"]["Keys"]["sk"]["S"] for record in world.records()] == ["9", "3", "1", "2", "9"]
    assert [plain(item)["sk"] for item in found["Responses"]["jobs"]] == ["1", "2"]
    assert found["UnprocessedKeys"] == {}


@pytest.mark.parametrize(
    ("actions", "message"),
    [
        (
            [{"PutRequest": {"Item": wire({"other": 1})}}],
            "The provided key element does not match the schema",
        ),
        ([{"DeleteRequest": {"Key": wire({"pk": "t", "sk": "1"})}}] * 2, "contains duplicates"),
        ([{"DeleteRequest": {"Key": wire({"pk": "t", "sk": "1"})}}] * 26, "Too many items requested"),
    ],
)
def test_malformed_batches_write_nothing(world: World, actions: list[Any], message: str) -> None:
    good = {"PutRequest": {"Item": wire({"pk": "t", "sk": "good"})}}
    with pytest.raises(ValidationError, match=message):
        batch_write(world.database, {"RequestItems": {"jobs": [good, *actions]}})

    assert world.scan()["Count"] == 0
