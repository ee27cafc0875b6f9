"""Attribute values: canonical form and size."""

from typing import Any

import pytest

from dockerless.dynamodb.errors import ValidationError
from dockerless.dynamodb.values import (
    add_numbers,
    attributes_size,
    canonical,
    canonical_number,
    size,
    sortable,
)


@pytest.mark.parametrize(
    ("given", "stored"),
    [
        ("1", "1"),
        ("-0", "0"),
        ("007", "7"),
        ("1.50", "1.5"),
        ("1E+3", "1000"),
        ("2.5e-3", "0.0025"),
        ("1" * 38, "1" * 38),
        ("1" + "0" * 100, "1" + "0" * 100),
    ],
)
def test_numbers_have_one_form(given: str, stored: str) -> None:
    assert canonical_number(given) == stored


@pytest.mark.parametrize(
    ("given", "message"),
    [
        ("seven", "cannot be converted to a numeric value"),
        ("NaN", "cannot be converted to a numeric value"),
        ("1" * 39, "more than 38 significant digits"),
        ("1e126", "Number overflow"),
        ("1e-131", "Number underflow"),
    ],
)
def test_numbers_dynamodb_cannot_store(given: str, message: str) -> None:
    with pytest.raises(ValidationError, match=message):
        canonical_number(given)


def test_sums_are_exact_where_floats_are_not() -> None:
    assert add_numbers("0.1", "0.2") == "0.3"
    assert add_numbers("9007199254740993", "1", sign=-1) == "9007199254740992"


def test_sets_are_equal_whatever_their_order() -> None:
    assert canonical({"NS": ["10", "9.0"]}) == canonical({"NS": ["9", "1e1"]})


@pytest.mark.parametrize(
    ("value", "message"),
    [
        ({}, "is empty"),
        ({"S": "a", "N": "1"}, "more than one datatypes"),
        ({"SS": []}, "may not be empty"),
        ({"SS": ["a", "a"]}, "contains duplicates"),
        ({"NS": ["1", "1.0"]}, "contains duplicates"),
        ({"NULL": False}, "must have the value of true"),
        ({"M": {"deep": {"L": [{"N": "x"}]}}}, "numeric value"),
    ],
)
def test_values_dynamodb_refuses(value: dict[str, Any], message: str) -> None:
    with pytest.raises(ValidationError, match=message):
        canonical(value)


def test_numbers_sort_by_magnitude_and_text_by_code_point() -> None:
    assert sorted(["10", "9", "-1", "9.5"], key=lambda text: sortable({"N": text})) == [
        "-1",
        "9",
        "9.5",
        "10",
    ]
    assert sorted(["é", "z", "Z"], key=lambda text: sortable({"S": text})) == ["Z", "z", "é"]


@pytest.mark.parametrize(
    ("value", "bytes_"),
    [
        ({"S": "é"}, 2),
        ({"N": "100"}, 2),
        ({"N": "-12.34"}, 4),
        ({"B": b"abc"}, 3),
        ({"BOOL": True}, 1),
        ({"L": [{"S": "ab"}]}, 3 + 2 + 1),
        ({"M": {"k": {"S": "ab"}}}, 3 + 1 + 2 + 1),
        ({"SS": ["ab", "c"]}, 3),
    ],
)
def test_sizes(value: dict[str, Any], bytes_: int) -> None:
    assert size(value) == bytes_


def test_names_count_too() -> None:
    assert attributes_size({"name": {"S": "x"}}) == 5
