"""PutItem, DeleteItem and the checks of keys and sizes."""

from typing import Any

import pytest
from localstack.aws.api.dynamodb import ConditionalCheckFailedException

from dockerless.dynamodb.errors import ValidationError

from .world import GSI, World, plain

KEY = {"pk": "a", "sk": "1"}


def test_put_replaces_the_whole_item(world: World) -> None:
    world.put({**KEY, "old": 1})

    response = world.put({**KEY, "new": 2}, ReturnValues="ALL_OLD")

    assert world.get(KEY) == {**KEY, "new": 2}
    assert plain(response["Attributes"]) == {**KEY, "old": 1}


def test_put_of_a_new_item_answers_nothing(world: World) -> None:
    assert world.put(KEY, ReturnValues="ALL_OLD") == {}


def test_a_failed_condition_changes_nothing_and_shows_the_item_if_asked(world: World) -> None:
    world.put({**KEY, "n": 1})

    with pytest.raises(ConditionalCheckFailedException) as silent:
        world.put({**KEY, "n": 2}, ConditionExpression="attribute_not_exists(pk)")
    with pytest.raises(ConditionalCheckFailedException) as telling:
        world.delete(
            KEY,
            ConditionExpression="n > :n",
            ExpressionAttributeValues={":n": 1},
            ReturnValuesOnConditionCheckFailure="ALL_OLD",
        )

    assert getattr(silent.value, "Item", None) is None
    assert plain(telling.value.Item) == {**KEY, "n": 1}
    assert world.get(KEY) == {**KEY, "n": 1}
    assert world.events() == ["INSERT"]


def test_delete_of_a_missing_item_succeeds_without_a_record(world: World) -> None:
    assert world.delete(KEY, ReturnValues="ALL_OLD") == {}
    assert world.events() == []


@pytest.mark.parametrize(
    ("item", "message"),
    [
        ({"pk": "a"}, "Missing the key sk in the item"),
        ({"pk": 1, "sk": "1"}, "Type mismatch for key pk expected: S actual: N"),
        ({"pk": "", "sk": "1"}, "cannot contain an empty string value. Key: pk"),
        ({"pk": "x" * 2049, "sk": "1"}, "Size of hashkey has exceeded"),
        (
            {**KEY, "weight": "heavy"},
            f"Type mismatch for Index Key weight Expected: N Actual: S IndexName: {GSI}",
        ),
        (
            {**KEY, "lane": None},
            f"Type mismatch for Index Key lane Expected: S Actual: NULL IndexName: {GSI}",
        ),
        ({**KEY, "lane": ""}, f"empty string value. IndexName: {GSI}, IndexKey: lane"),
        ({**KEY, "fat": "x" * 410_000}, "Item size has exceeded the maximum allowed size"),
    ],
)
def test_items_that_do_not_fit_the_table(world: World, item: dict[str, Any], message: str) -> None:
    with pytest.raises(ValidationError, match=message):
        world.put(item)

    assert world.scan()["Count"] == 0


@pytest.mark.parametrize("key", [{"pk": "a"}, {"pk": "a", "sk": 1}, {**KEY, "more": "x"}])
def test_keys_that_do_not_fit_the_table(world: World, key: dict[str, Any]) -> None:
    for operation in (world.get, world.delete, world.update):
        with pytest.raises(ValidationError, match="The provided key element does not match the schema"):
            operation(key)


def test_return_values_an_operation_does_not_know(world: World) -> None:
    with pytest.raises(ValidationError, match="ReturnValues can only be ALL_OLD or NONE"):
        world.put(KEY, ReturnValues="ALL_NEW")


def test_what_is_handed_out_can_be_changed_without_harm(world: World) -> None:
    world.put({**KEY, "doc": {"k": ["v"]}})
    response = world.scan()

    response["Items"][0]["doc"]["M"]["k"]["L"].clear()

    assert world.get(KEY) == {**KEY, "doc": {"k": ["v"]}}
