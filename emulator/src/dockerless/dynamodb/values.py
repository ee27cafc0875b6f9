"""Attribute values: canonical form, ordering and size.

Values keep DynamoDB's wire form, `{"S": "text"}`, brought into one canonical form as they come in
(numbers without needless digits, sets sorted), so that equal values are equal Python objects.
Canonical values are never changed in place: items, indexes and stream records share them.
"""

import re
from decimal import Context, Decimal, InvalidOperation
from typing import Any

from dockerless.dynamodb.errors import INVALID, ValidationError

type Value = dict[str, Any]
type Attributes = dict[str, Value]
type Sortable = str | bytes | int | Decimal

TYPE_NAMES = {
    "S": "STRING", "N": "NUMBER", "B": "BINARY", "SS": "STRING_SET", "NS": "NUMBER_SET", "BS": "BINARY_SET",
    "M": "MAP", "L": "LIST", "NULL": "NULL", "BOOL": "BOOLEAN",
}  # fmt: skip
SET_NAMES = {"SS": "string set", "NS": "number set", "BS": "binary set"}

_INTEGER = re.compile(r"(?:0|-?[1-9][0-9]{0,37})\Z")
_EXACT = Context(prec=400)
_ARITHMETIC = Context(prec=38)
_MAX_DIGITS = 38
_MAX_EXPONENT, _MIN_EXPONENT = 125, -130


def canonical(value: Value) -> Value:
    """A checked copy of `value` in canonical form.

    Raises:
        ValidationError: the value is none that DynamoDB can store.
    """
    if len(value) != 1:
        fault = "is empty" if not value else "has more than one datatypes set"
        raise ValidationError(
            f"Supplied AttributeValue {fault}, must contain exactly one of the supported datatypes"
        )
    ((kind, content),) = value.items()
    match kind:
        case "S" | "BOOL":
            return {kind: content}
        case "N":
            return {"N": canonical_number(content)}
        case "B":
            return {"B": bytes(content)}
        case "M":
            return {"M": canonical_attributes(content)}
        case "L":
            return {"L": [canonical(element) for element in content]}
        case "NULL":
            if content is not True:
                raise ValidationError(f"{INVALID}Null attribute value types must have the value of true")
            return {"NULL": True}
        case "SS" | "NS" | "BS":
            return {kind: _canonical_set(kind, content)}
        case _:
            raise ValidationError(f"Supplied AttributeValue has an unknown datatype: {kind}")


def canonical_attributes(attributes: Attributes) -> Attributes:
    """Every value of `attributes` in canonical form."""
    return {name: canonical(value) for name, value in attributes.items()}


def _canonical_set(kind: str, members: list[Any]) -> list[Any]:
    if not members:
        raise ValidationError(f"{INVALID}An {SET_NAMES[kind]}  may not be empty")
    if kind == "NS":
        members = [canonical_number(member) for member in members]
    unique = set(members)
    if len(unique) != len(members):
        raise ValidationError(f"{INVALID}Input collection {_listed(members)} contains duplicates.")
    return sorted(unique, key=number if kind == "NS" else None)


def _listed(members: list[Any]) -> str:
    return "[" + ", ".join(str(member) for member in members) + "]"


def canonical_number(text: str) -> str:
    """`text` without needless zeros or exponent; DynamoDB stores 38 significant digits."""
    if _INTEGER.match(text):
        return text
    try:
        parsed = Decimal(text)
    except InvalidOperation:
        parsed = Decimal("NaN")
    if not parsed.is_finite():
        raise ValidationError(f"The parameter cannot be converted to a numeric value: {text}")
    if not parsed:
        return "0"
    parsed = parsed.normalize(_EXACT)
    if parsed.adjusted() > _MAX_EXPONENT:
        raise ValidationError(
            "Number overflow. Attempting to store a number with magnitude larger than supported range"
        )
    if parsed.adjusted() < _MIN_EXPONENT:
        raise ValidationError(
            "Number underflow. Attempting to store a number with magnitude smaller than supported range"
        )
    if len(parsed.as_tuple().digits) > _MAX_DIGITS:
        raise ValidationError("Attempting to store more than 38 significant digits in a Number")
    return format(parsed, "f")


def number(text: str) -> int | Decimal:
    """The numeric value of a canonical number; `int` where it can be, being much faster to compare."""
    return int(text) if _INTEGER.match(text) else Decimal(text)


def add_numbers(left: str, right: str, sign: int = 1) -> str:
    """`left + sign * right` for canonical numbers, with DynamoDB's 38 digits."""
    return canonical_number(str(_ARITHMETIC.add(Decimal(left), sign * Decimal(right))))


def sortable(value: Value) -> Sortable:
    """What a key value (S, N or B) sorts by: code points (as UTF-8 does), magnitude, or bytes."""
    ((kind, content),) = value.items()
    key: Sortable = number(content) if kind == "N" else content
    return key


def text_size(text: str) -> int:
    """UTF-8 length in bytes."""
    return len(text) if text.isascii() else len(text.encode())


def size(value: Value) -> int:
    """Bytes DynamoDB counts for a value (developer guide, "DynamoDB item sizes and formats")."""
    ((kind, content),) = value.items()
    match kind:
        case "S":
            return text_size(content)
        case "N":
            return _number_size(content)
        case "B":
            return len(content)
        case "SS":
            return sum(map(text_size, content))
        case "NS":
            return sum(map(_number_size, content))
        case "BS":
            return sum(map(len, content))
        case "L":
            return 3 + sum(size(element) + 1 for element in content)
        case "M":
            return 3 + attributes_size(content) + len(content)
        case _:
            return 1


def attributes_size(attributes: Attributes) -> int:
    """Bytes DynamoDB counts for names and values together."""
    return sum(text_size(name) + size(value) for name, value in attributes.items())


def _number_size(text: str) -> int:
    digits = text.lstrip("-").replace(".", "").strip("0")
    return (len(digits) + 1) // 2 + 1 + text.startswith("-")


def copied(value: Value) -> Value:
    """A deep copy, for callers that may change what they are handed."""
    ((kind, content),) = value.items()
    match kind:
        case "M":
            return {"M": copied_attributes(content)}
        case "L":
            return {"L": [copied(element) for element in content]}
        case "SS" | "NS" | "BS":
            return {kind: list(content)}
        case _:
            return {kind: content}


def copied_attributes(attributes: Attributes) -> Attributes:
    """A deep copy of an item's attributes."""
    return {name: copied(value) for name, value in attributes.items()}
