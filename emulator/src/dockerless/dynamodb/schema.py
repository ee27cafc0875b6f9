"""Key schemas of a table and its secondary indexes."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from dockerless.dynamodb.errors import INVALID, KEY_MISMATCH, ValidationError
from dockerless.dynamodb.values import Attributes, Value

_HASH_KEY_LIMIT, _RANGE_KEY_LIMIT = 2048, 1024


@dataclass(frozen=True, slots=True)
class KeySchema:
    """The hash key and, where there is one, the range key."""

    hash: str
    range: str | None

    @classmethod
    def of(cls, elements: list[dict[str, str]]) -> "KeySchema":
        """From the KeySchema of a request."""
        by_type = {element["KeyType"]: element["AttributeName"] for element in elements}
        if "HASH" not in by_type or elements[0]["KeyType"] != "HASH":
            raise ValidationError(f"{INVALID}The first KeySchemaElement is not a HASH key type")
        return cls(by_type["HASH"], by_type.get("RANGE"))

    @property
    def names(self) -> tuple[str, ...]:
        """Hash key first."""
        return (self.hash,) if self.range is None else (self.hash, self.range)

    def described(self) -> list[dict[str, str]]:
        """As DescribeTable shows it."""
        kinds = ("HASH", "RANGE")
        return [
            {"AttributeName": name, "KeyType": kind} for name, kind in zip(self.names, kinds, strict=False)
        ]


@dataclass(frozen=True, slots=True)
class IndexSchema:
    """A secondary index as its table's owner defined it."""

    name: str
    keys: KeySchema
    projection: dict[str, Any]
    is_global: bool
    throughput: dict[str, int] = field(default_factory=dict)

    def projected(self, table_keys: KeySchema) -> frozenset[str] | None:
        """The attributes the index holds; None means all."""
        kind = self.projection.get("ProjectionType", "ALL")
        if kind == "ALL":
            return None
        extra = self.projection.get("NonKeyAttributes") or [] if kind == "INCLUDE" else []
        return frozenset((*self.keys.names, *table_keys.names, *extra))


def check_key(key: Attributes, schema: KeySchema, types: Mapping[str, str]) -> None:
    """Checks the Key of a request.

    Raises:
        ValidationError: it does not have exactly the key attributes, each of its type and not empty.
    """
    if set(key) != set(schema.names) or any(types[name] not in key[name] for name in schema.names):
        raise ValidationError(KEY_MISMATCH)
    for name in schema.names:
        _check_content(name, key[name], schema)


def check_item_key(item: Attributes, schema: KeySchema, types: Mapping[str, str]) -> None:
    """Checks the key attributes of an item about to be put; raises ValidationError."""
    for name in schema.names:
        if name not in item:
            raise ValidationError(f"{INVALID}Missing the key {name} in the item")
        if types[name] not in item[name]:
            raise ValidationError(
                f"{INVALID}Type mismatch for key {name} expected: {types[name]} actual: "
                f"{next(iter(item[name]))}"
            )
        _check_content(name, item[name], schema)


def _check_content(name: str, value: Value, schema: KeySchema) -> None:
    content = next(iter(value.values()))
    if not content:
        kind = "string" if "S" in value else "binary"
        raise ValidationError(
            "One or more parameter values are not valid. The AttributeValue for a key attribute cannot "
            f"contain an empty {kind} value. Key: {name}"
        )
    length = len(content.encode() if isinstance(content, str) else content)
    if name == schema.hash and length > _HASH_KEY_LIMIT:
        raise ValidationError(
            f"{INVALID}Size of hashkey has exceeded the maximum size limit of{_HASH_KEY_LIMIT} bytes"
        )
    if name == schema.range and length > _RANGE_KEY_LIMIT:
        raise ValidationError(
            f"{INVALID}Aggregated size of all range keys has exceeded the size limit of "
            f"{_RANGE_KEY_LIMIT} bytes"
        )


def check_index_keys(item: Attributes, index: IndexSchema, types: Mapping[str, str]) -> None:
    """Checks the attributes of `item` that are keys of `index`; raises ValidationError.

    Missing ones are fine: the index is sparse.
    """
    for name in index.keys.names:
        if name not in item:
            continue
        (kind,) = item[name]
        if kind != types[name]:
            raise ValidationError(
                f"{INVALID}Type mismatch for Index Key {name} Expected: {types[name]} Actual: {kind} "
                f"IndexName: {index.name}"
            )
        if item[name][kind] in ("", b""):
            raise ValidationError(
                "One or more parameter values are not valid. A value specified for a secondary index key "
                "is not supported. The AttributeValue for a key attribute cannot contain an empty "
                f"{'string' if kind == 'S' else 'binary'} value. IndexName: {index.name}, IndexKey: {name}"
            )
