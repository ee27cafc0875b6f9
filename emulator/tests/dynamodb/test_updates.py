"""UpdateItem: what an update expression does to an item."""

from typing import Any

import pytest

from dockerless.dynamodb.errors import ValidationError

from .world import World

KEY = {"pk": "a", "sk": "1"}
START = {**KEY, "n": 1, "tags": {"x"}, "list": [0, 1, 2], "doc": {"k": "v"}, "lane": "l", "weight": 1}


@pytest.fixture
def stocked(world: World) -> World:
    world.put(START)
    return world


@pytest.mark.parametrize(
    ("expression", "values", "changed"),
    [
        ("SET n = n + :v", {":v": 2}, {"n": 3}),
        ("SET n = :v - n", {":v": 2}, {"n": 1}),
        ("SET fresh = if_not_exists(fresh, :v) + :v", {":v": 2}, {"fresh": 4}),
        ("SET #l = list_append(:v, #l)", {":v": [9]}, {"list": [9, 0, 1, 2]}),
        ("SET #l[1] = :v, doc.k2 = :v", {":v": 7}, {"list": [0, 7, 2], "doc": {"k": "v", "k2": 7}}),
        ("SET #l[9] = :v", {":v": 7}, {"list": [0, 1, 2, 7]}),
        ("REMOVE #l[0], #l[2]", {}, {"list": [1]}),
        ("ADD n :v", {":v": 5}, {"n": 6}),
        ("ADD tally :v", {":v": 5}, {"tally": 5}),
        ("ADD tags :v", {":v": {"y"}}, {"tags": {"x", "y"}}),
        ("DELETE tags :v", {":v": {"x", "z"}}, {"tags": None}),
        ("SET a = n, n = :v", {":v": 5}, {"a": 1, "n": 5}),
        ("REMOVE lane, absent SET n = :v", {":v": 5}, {"lane": None, "n": 5}),
    ],
)
def test_actions(stocked: World, expression: str, values: dict[str, Any], changed: dict[str, Any]) -> None:
    request: dict[str, Any] = {"UpdateExpression": expression}
    if values:
        request["ExpressionAttributeValues"] = values
    if "#l" in expression:
        request["ExpressionAttributeNames"] = {"#l": "list"}

    stocked.update(KEY, **request)

    expected = {name: value for name, value in {**START, **changed}.items() if value is not None}
    assert stocked.get(KEY) == expected


@pytest.mark.parametrize(
    ("expression", "message"),
    [
        ("SET absent = absent + :v", "refers to an attribute that does not exist in the item"),
        ("SET absent.k = :v", "document path provided in the update expression is invalid for update"),
        ("SET n[0] = :v", "document path provided in the update expression is invalid for update"),
        ("SET doc = doc + :v", "An operand in the update expression has an incorrect data type"),
        ("ADD doc :v", "An operand in the update expression has an incorrect data type"),
        (
            "DELETE tags :v",
            "Incorrect operand type for operator or function; operator: DELETE, operand type: NUMBER",
        ),
        ("SET n = :v, n = :v", r"Two document paths overlap .* path one: \[n\], path two: \[n\]"),
        ("SET doc = :v REMOVE doc.k", r"Two document paths overlap"),
        ("SET pk = :v", "Cannot update attribute pk. This attribute is part of the key"),
        ("SET n = :v SET m = :v", 'The "SET" section can only be used once'),
        ("SET n = contains(n, :v)", "Invalid function name; function: contains"),
        ("n = :v", 'Syntax error; token: "n"'),
        (
            "SET weight = tags, n = :v",
            "Type mismatch for Index Key weight Expected: N Actual: SS IndexName: by-lane",
        ),
    ],
)
def test_refused(stocked: World, expression: str, message: str) -> None:
    with pytest.raises(ValidationError, match=message):
        stocked.update(KEY, UpdateExpression=expression, ExpressionAttributeValues={":v": 1})

    assert stocked.get(KEY) == START


def test_an_update_of_a_missing_item_creates_it(world: World) -> None:
    world.update(KEY, UpdateExpression="SET n = :v", ExpressionAttributeValues={":v": 1})

    assert world.get(KEY) == {**KEY, "n": 1}


@pytest.mark.parametrize(
    ("wanted", "names"),
    [
        ("NONE", None),
        ("ALL_OLD", {"n": "1", "list": 3}),
        ("UPDATED_OLD", {"n": "1"}),
        ("UPDATED_NEW", {"n": "2"}),
        ("ALL_NEW", {"n": "2", "list": 3}),
    ],
)
def test_return_values(stocked: World, wanted: str, names: dict[str, Any] | None) -> None:
    response = stocked.update(
        KEY, UpdateExpression="ADD n :v", ExpressionAttributeValues={":v": 1}, ReturnValues=wanted
    )

    if names is None:
        assert response == {}
        return
    assert response["Attributes"]["n"] == {"N": names["n"]}
    assert ("list" in response["Attributes"]) == ("list" in names)


def test_an_earlier_image_is_not_changed_by_a_later_update(stocked: World) -> None:
    before = stocked.records()[-1]["dynamodb"]["NewImage"]

    stocked.update(KEY, UpdateExpression="SET doc.k = :v", ExpressionAttributeValues={":v": "new"})

    assert before["doc"] == {"M": {"k": {"S": "v"}}}
    assert stocked.records()[-1]["dynamodb"]["OldImage"] == before
