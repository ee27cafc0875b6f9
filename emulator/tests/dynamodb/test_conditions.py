"""Condition expressions: their truth and their errors."""

import re

import pytest

from dockerless.dynamodb.errors import ValidationError
from dockerless.dynamodb.expressions.conditions import holds
from dockerless.dynamodb.expressions.request import Expressions

from .world import wire

ITEM = wire(
    {
        "n": 5,
        "word": "hello",
        "tags": {"a", "b"},
        "things": [1, {"deep": "x"}],
        "doc": {"part": {"n": 7}},
        "octets": b"\x00\x01",
        "yes": True,
    }
)
VALUES = {
    ":4": 4,
    ":5": 5,
    ":7": 7,
    ":a": "a",
    ":he": "he",
    ":one": 1,
    ":s": "S",
    ":t": True,
    ":word": "hello",
    ":zero": b"\x00",
}


def true_of_item(text: str) -> bool:
    values = {name: VALUES[name] for name in re.findall(r":\w+", text) if name in VALUES}
    request = {"ConditionExpression": text, "ExpressionAttributeNames": {"#n": "n"} if "#n" in text else None}
    if values:
        request["ExpressionAttributeValues"] = wire(values)
    expressions = Expressions(request)
    condition = expressions.condition()
    expressions.check_all_used()
    assert condition is not None
    return holds(condition, ITEM, expressions.scope)


@pytest.mark.parametrize(
    "text",
    [
        "n = :5",
        "#n <> :4",
        "absent <> :4",
        "n > :4 AND n <= :5",
        "n BETWEEN :4 AND :5",
        "n IN (:4, :5)",
        "NOT n = :4",
        "n = :4 OR (word = :word AND yes = :t)",
        "n = :4 or n = :5 and yes = :t",
        "attribute_exists(doc.part.n)",
        "attribute_not_exists(doc.elsewhere)",
        "attribute_exists(things[1].deep)",
        "attribute_not_exists(things[2])",
        "attribute_type(word, :s)",
        "begins_with(word, :he)",
        "begins_with(octets, :zero)",
        "contains(word, :he)",
        "contains(tags, :a)",
        "contains(things, :one)",
        "size(word) = :5",
        "doc.part.n = :7",
    ],
)
def test_true(text: str) -> None:
    assert true_of_item(text)


@pytest.mark.parametrize(
    "text",
    [
        "n = :4",
        "absent = :4",
        "absent < :4",
        "word > :4",
        "NOT (n = :5)",
        "contains(n, :5)",
        "contains(tags, :he)",
        "size(n) = :5",
        "begins_with(word, :a)",
        "attribute_exists(word[0])",
        "n = :4 AND n = :5 OR n = :4",
    ],
)
def test_false(text: str) -> None:
    assert not true_of_item(text)


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("n = ", r'Syntax error; token: "<EOF>", near: "="'),
        ("n == :4", r'Syntax error; token: "=", near: "== :4"'),
        ("n ? :4", r'Syntax error; token: "\?", near: "n \? :4"'),
        ("n = :4 n", r'Syntax error; token: "n", near: ":4 n"'),
        ("", "The expression can not be empty;"),
        ("status = :4", "Attribute name is a reserved keyword; reserved keyword: status"),
        ("n = :undefined", "attribute value used in expression is not defined; attribute value: :undefined"),
        (
            "#undefined = :4",
            "attribute name used in the document path is not defined; attribute name: #undefined",
        ),
        ("frobnicate(n)", "Invalid function name; function: frobnicate"),
        ("attribute_exists(n, :4)", "Incorrect number of operands for operator or function"),
        ("begins_with(word, :4)", "Incorrect operand type for operator or function"),
        ("yes < :t", "Incorrect operand type for operator or function"),
        ("size(n)", "Syntax error"),
    ],
)
def test_malformed(text: str, message: str) -> None:
    with pytest.raises(ValidationError, match=f"Invalid ConditionExpression: .*{message}"):
        true_of_item(text)


def test_unused_placeholders_are_refused() -> None:
    request = {"ConditionExpression": "attribute_exists(a)", "ExpressionAttributeValues": wire({":x": 1})}
    expressions = Expressions(request)
    expressions.condition()
    with pytest.raises(
        ValidationError, match=r"ExpressionAttributeValues unused in expressions: keys: \{:x\}"
    ):
        expressions.check_all_used()


def test_placeholders_need_an_expression() -> None:
    with pytest.raises(ValidationError, match="can only be specified when using expressions"):
        Expressions({"ExpressionAttributeNames": {"#a": "a"}})


def test_legacy_conditions_are_refused_and_not_ignored() -> None:
    with pytest.raises(ValidationError, match="Expected"):
        Expressions({"Expected": {"a": {"Exists": False}}})
