"""GetItem, Query and Scan."""

import zlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any

from dockerless.dynamodb import capacity
from dockerless.dynamodb.capacity import Consumed
from dockerless.dynamodb.errors import INVALID, ValidationError
from dockerless.dynamodb.expressions.conditions import holds
from dockerless.dynamodb.expressions.documents import project
from dockerless.dynamodb.expressions.request import Expressions
from dockerless.dynamodb.expressions.syntax import ResolvedPath
from dockerless.dynamodb.index import Bounds, Item, Key, SortedIndex
from dockerless.dynamodb.keyconditions import key_bounds
from dockerless.dynamodb.schema import check_key
from dockerless.dynamodb.table import SecondaryIndex, Table
from dockerless.dynamodb.values import Attributes, canonical_attributes, copied_attributes, sortable

_PAGE_BYTES = 1024 * 1024
_BAD_START = "The provided starting key is invalid"


def get_item(table: Table, request: Mapping[str, Any]) -> dict[str, Any]:
    """Answers a GetItem request."""
    mode = capacity.requested_mode(request)
    item, consumed = read(table, request)
    response: dict[str, Any] = {} if item is None else {"Item": item}
    if mode != "NONE":
        response["ConsumedCapacity"] = capacity.described(table, consumed, mode)
    return response


def read(table: Table, request: Mapping[str, Any], *, factor: int = 1) -> tuple[Attributes | None, Consumed]:
    """The item under the request's Key, projected, and the units of reading it (`factor` times)."""
    key = canonical_attributes(request["Key"])
    check_key(key, table.keys, table.types)
    expressions = Expressions(request)
    paths = expressions.projection()
    expressions.check_all_used()
    item = table.items.get(table.key(key))
    consistent = bool(request.get("ConsistentRead")) or factor > 1
    units = capacity.read_units(item.size if item else 0, consistent=consistent, factor=factor)
    return None if item is None else _shown(item.attributes, paths), Consumed(units)


def _shown(attributes: Attributes, paths: tuple[ResolvedPath, ...] | None) -> Attributes:
    return copied_attributes(attributes if paths is None else project(attributes, paths))


@dataclass(frozen=True)
class _Source:
    """The table or the index a Query or Scan reads."""

    table: Table
    index: SecondaryIndex | None

    @property
    def items(self) -> SortedIndex:
        return self.index.items if self.index else self.table.items

    @property
    def key_names(self) -> tuple[str, ...]:
        return self.index.key_names if self.index else self.table.keys.names

    def image(self, item: Item) -> Attributes:
        return self.index.image(item) if self.index else item.attributes

    def size(self, item: Item) -> int:
        return self.index.entry_size(item) if self.index else item.size

    def start_key(self, given: Attributes) -> Key:
        start = canonical_attributes(given)
        if set(start) != set(self.key_names):
            raise ValidationError(_BAD_START)
        if any(self.table.types[name] not in value for name, value in start.items()):
            raise ValidationError(f"{_BAD_START}: The provided key element does not match the schema")
        return tuple(sortable(start[name]) for name in self.key_names)

    def consumed(self, size: int, *, consistent: bool) -> Consumed:
        units = capacity.read_units(size, consistent=consistent)
        return Consumed(0.0, {self.index.schema.name: units}) if self.index else Consumed(units)


def _source(table: Table, request: Mapping[str, Any]) -> _Source:
    name = request.get("IndexName")
    if name is None:
        return _Source(table, None)
    index = table.index(name)
    if index.schema.is_global and request.get("ConsistentRead"):
        raise ValidationError("Consistent reads are not supported on global secondary indexes")
    return _Source(table, index)


def query(table: Table, request: Mapping[str, Any]) -> dict[str, Any]:
    """Answers a Query request; reads only the items its key condition selects."""
    source = _source(table, request)
    expressions = Expressions(request)
    condition = expressions.condition("KeyConditionExpression")
    if condition is None:
        raise ValidationError(
            "Either the KeyConditions or KeyConditionExpression parameter must be specified in the request."
        )
    keys = source.index.schema.keys if source.index else table.keys
    bounds = key_bounds(condition, expressions.scope, keys, table.types)
    for path in expressions.filtered_paths():
        if path[0] in keys.names:
            raise ValidationError(
                "Filter Expression can only contain non-primary key attributes: "
                f"Primary key attribute: {path[0]}"
            )
    forward = request.get("ScanIndexForward") is not False
    if start := request.get("ExclusiveStartKey"):
        place = source.start_key(start)
        if place < bounds.low or place > bounds.high:
            raise ValidationError(
                "The provided starting key is outside query boundaries based on provided conditions"
            )
        bounds = (
            replace(bounds, low=place, include_low=False)
            if forward
            else replace(bounds, high=place, include_high=False)
        )
    return _page(source, request, expressions, source.items.within(bounds, forward=forward))


def scan(table: Table, request: Mapping[str, Any]) -> dict[str, Any]:
    """Answers a Scan request; segments divide the items by their hash key."""
    source = _source(table, request)
    expressions = Expressions(request)
    start = request.get("ExclusiveStartKey")
    bounds = Bounds(source.start_key(start), include_low=False) if start else Bounds()
    entries = source.items.within(bounds)
    total, segment = request.get("TotalSegments"), request.get("Segment")
    if (total is None) != (segment is None):
        given, missing = ("TotalSegments", "Segment") if segment is None else ("Segment", "TotalSegments")
        raise ValidationError(
            f"The {missing} parameter is required but was not present in the request when {given} "
            "parameter is present"
        )
    if total is not None and segment is not None:
        if segment >= total:
            raise ValidationError(
                "The Segment parameter is zero-based and must be less than parameter TotalSegments: "
                f"Segment: {segment} is not less than TotalSegments: {total}"
            )
        entries = (
            (key, item) for key, item in entries if zlib.crc32(repr(key[0]).encode()) % total == segment
        )
    return _page(source, request, expressions, entries)


def _page(
    source: _Source, request: Mapping[str, Any], expressions: Expressions, entries: Iterator[tuple[Key, Item]]
) -> dict[str, Any]:
    mode = capacity.requested_mode(request)
    condition = expressions.condition("FilterExpression")
    paths = expressions.projection()
    expressions.check_all_used()
    counting = _is_count(source, request, paths)
    limit = _limit(request)
    scanned = matched = size = 0
    items: list[Attributes] = []
    last: Item | None = None
    for _, item in entries:
        scanned += 1
        size += source.size(item)
        attributes = source.image(item)
        if condition is None or holds(condition, attributes, expressions.scope):
            matched += 1
            if not counting:
                items.append(_shown(attributes, paths))
        if scanned == limit or size >= _PAGE_BYTES:
            # DynamoDB stops here without looking whether another item follows.
            last = item
            break
    response: dict[str, Any] = {"Count": matched, "ScannedCount": scanned}
    if not counting:
        response["Items"] = items
    if last:
        response["LastEvaluatedKey"] = {name: dict(last.attributes[name]) for name in source.key_names}
    if mode != "NONE":
        consumed = source.consumed(size, consistent=bool(request.get("ConsistentRead")))
        response["ConsumedCapacity"] = capacity.described(source.table, consumed, mode)
    return response


def _is_count(source: _Source, request: Mapping[str, Any], paths: tuple[ResolvedPath, ...] | None) -> bool:
    """Whether only the number of items is wanted; checks the request's Select."""
    select, index = request.get("Select"), source.index
    if select == "COUNT" and paths is not None:
        raise ValidationError("Cannot specify the ProjectionExpression when choosing to get only the Count")
    if select == "ALL_ATTRIBUTES" and index and index.schema.is_global and index.projected is not None:
        raise ValidationError(
            f"{INVALID}Select type ALL_ATTRIBUTES is not supported for global secondary index "
            f"{index.schema.name} "
            "because its projection type is not ALL"
        )
    if select == "ALL_PROJECTED_ATTRIBUTES" and index is None:
        raise ValidationError("ALL_PROJECTED_ATTRIBUTES can be used only when Querying using an IndexName")
    return select == "COUNT"


def _limit(request: Mapping[str, Any]) -> int | None:
    limit: int | None = request.get("Limit")
    if limit is not None and limit < 1:
        raise ValidationError(
            f"1 validation error detected: Value '{limit}' at 'limit' failed to satisfy constraint: "
            "Member must have value greater than or equal to 1"
        )
    return limit
