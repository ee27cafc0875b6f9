"""Between Python values and DynamoDB attribute values."""

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from boto3.dynamodb.types import TypeDeserializer, TypeSerializer

Item = dict[str, Any]

LEVELS_AT_MOST = 24
"""How deep a value may be nested: DynamoDB takes 32 levels, some of which lie around the value."""

_serializer = TypeSerializer()
_deserializer = TypeDeserializer()


def to_item(values: Mapping[str, Any]) -> Item:
    """Attribute values for what is not None. Floats become exact decimals, as DynamoDB has no floats."""
    return {name: _serializer.serialize(_storable(value)) for name, value in values.items() if value is not None}


def from_item(item: Mapping[str, Any]) -> dict[str, Any]:
    """Plain Python values; whole numbers come back as ``int``."""
    return {name: _plain(_deserializer.deserialize(value)) for name, value in item.items()}


def unstorable(value: Any, levels: int = LEVELS_AT_MOST) -> str | None:
    """Why no item can hold the JSON value; None if one can."""
    if isinstance(value, dict | list):
        parts = value.values() if isinstance(value, dict) else value
        if levels == 0:
            return f"it is nested more than {LEVELS_AT_MOST} levels deep"
        return next((reason for part in parts if (reason := unstorable(part, levels - 1))), None)
    try:
        _serializer.serialize(_storable(value))
    except (ArithmeticError, TypeError):
        return "it has a number of more than 38 digits, or beyond 1e-128 to 1e126"
    return None


def _storable(value: Any) -> Any:
    if isinstance(value, float):
        return Decimal(str(value))
    if isinstance(value, Mapping):
        return {key: _storable(part) for key, part in value.items() if part is not None}
    if isinstance(value, list | tuple):
        return [_storable(part) for part in value]
    return value


def _plain(value: Any) -> Any:
    if isinstance(value, Decimal):
        return int(value) if value == value.to_integral_value() else float(value)
    if isinstance(value, dict):
        return {key: _plain(part) for key, part in value.items()}
    if isinstance(value, set):
        return frozenset(_plain(part) for part in value)
    if isinstance(value, list):
        return [_plain(part) for part in value]
    return value
