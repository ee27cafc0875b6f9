"""Consumed capacity, by the rules of the developer guide ("Read and write operations")."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from math import ceil
from typing import Any

from dockerless.dynamodb.errors import ValidationError
from dockerless.dynamodb.index import Item
from dockerless.dynamodb.table import SecondaryIndex, Table

_READ_UNIT, _WRITE_UNIT = 4096, 1024


@dataclass
class Consumed:
    """Capacity units taken from a table and from each of its indexes."""

    table: float = 0.0
    indexes: dict[str, float] = field(default_factory=lambda: defaultdict(float))

    def add(self, other: "Consumed") -> None:
        """Adds the units of another operation on the same table."""
        self.table += other.table
        for name, units in other.indexes.items():
            self.indexes[name] += units


def write_units(table: Table, old: Item | None, new: Item | None, *, factor: int = 1) -> Consumed:
    """Units of replacing `old` by `new`: one per KB of the larger, and what each index entry costs.

    `factor` is 2 within a transaction, which prepares and commits each item of the table. Its indexes follow
    once, and their entries cost what they cost outside of one: measured on AWS (nubo-db/dynoxide, pull
    request 188).
    """
    larger = max(item.size if item else 0 for item in (old, new))
    consumed = Consumed(float(factor * _units(larger, _WRITE_UNIT)))
    for name, index in table.indexes.items():
        if units := _index_write_units(index, old, new):
            consumed.indexes[name] = float(units)
    return consumed


def _index_write_units(index: SecondaryIndex, old: Item | None, new: Item | None) -> int:
    """A changed entry costs one write, a moved one a delete and a put."""
    old_key = index.items.key(old.attributes) if old else None
    new_key = index.items.key(new.attributes) if new else None
    old_units = _units(index.entry_size(old), _WRITE_UNIT) if old and old_key else 0
    new_units = _units(index.entry_size(new), _WRITE_UNIT) if new and new_key else 0
    if old is None or new is None or old_key != new_key:
        return old_units + new_units
    if index.image(old) == index.image(new):
        return 0
    return max(old_units, new_units)


def read_units(size: int, *, consistent: bool, factor: int = 1) -> float:
    """Units of reading `size` bytes: one per 4 KB, half of that when eventually consistent."""
    return factor * _units(size, _READ_UNIT) * (1.0 if consistent else 0.5)


def _units(size: int, unit: int) -> int:
    return max(1, ceil(size / unit))


def requested_mode(request: Mapping[str, Any]) -> str:
    """The request's ReturnConsumedCapacity.

    Raises:
        ValidationError: it is none of DynamoDB's.
    """
    mode: str = request.get("ReturnConsumedCapacity") or "NONE"
    if mode not in ("INDEXES", "TOTAL", "NONE"):
        raise ValidationError(
            f"1 validation error detected: Value '{mode}' at 'returnConsumedCapacity' failed to satisfy "
            "constraint: "
            "Member must satisfy enum value set: [INDEXES, TOTAL, NONE]"
        )
    return mode


def described(
    table: Table, consumed: Consumed, mode: str, kind: str | None = None, *, name: str | None = None
) -> dict[str, Any]:
    """A ConsumedCapacity; `kind` ("Read" or "Write") adds the units of transactions by kind."""

    def units(value: float) -> dict[str, float]:
        return {"CapacityUnits": value} | ({f"{kind}CapacityUnits": value} if kind else {})

    total = consumed.table + sum(consumed.indexes.values())
    result: dict[str, Any] = {"TableName": name or table.name, **units(total)}
    if mode == "INDEXES":
        result["Table"] = units(consumed.table)
        for index_name, value in consumed.indexes.items():
            is_global = table.indexes[index_name].schema.is_global
            group = "GlobalSecondaryIndexes" if is_global else "LocalSecondaryIndexes"
            result.setdefault(group, {})[index_name] = units(value)
    return result


class Tally:
    """Adds up the capacity of a request on several tables."""

    def __init__(self, request: Mapping[str, Any], kind: str | None = None) -> None:
        self._mode = requested_mode(request)
        self._kind = kind
        self._tables: dict[str, tuple[Table, Consumed]] = {}

    def add(self, table: Table, consumed: Consumed) -> None:
        """Counts one operation."""
        self._tables.setdefault(table.name, (table, Consumed()))[1].add(consumed)

    def described(self) -> dict[str, Any]:
        """The ConsumedCapacity member of the response, empty unless asked for."""
        if self._mode == "NONE":
            return {}
        entries: Iterable[tuple[Table, Consumed]] = self._tables.values()
        return {
            "ConsumedCapacity": [described(table, used, self._mode, self._kind) for table, used in entries]
        }
