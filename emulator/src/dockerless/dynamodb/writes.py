"""Conditional writes of single items: PutItem, UpdateItem, DeleteItem, and a transaction's checks."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from localstack.aws.api.dynamodb import ConditionalCheckFailedException

from dockerless.dynamodb import capacity
from dockerless.dynamodb.errors import CONDITION_FAILED, ValidationError
from dockerless.dynamodb.expressions.conditions import Scope, holds
from dockerless.dynamodb.expressions.documents import project
from dockerless.dynamodb.expressions.request import Expressions
from dockerless.dynamodb.expressions.syntax import Condition, ResolvedPath
from dockerless.dynamodb.expressions.updates import check_update, touched, updated
from dockerless.dynamodb.index import Item, Key
from dockerless.dynamodb.schema import check_key
from dockerless.dynamodb.table import Table
from dockerless.dynamodb.values import Attributes, canonical_attributes, copied_attributes

_TOO_BIG = "Item size has exceeded the maximum allowed size"
_TOO_BIG_UPDATE = "Item size to update has exceeded the maximum allowed size"


@dataclass(frozen=True)
class Write:
    """A write that passed every check that does not depend on the stored item."""

    table: Table
    key: Key
    condition: Condition | None
    scope: Scope
    change: Callable[[Item | None], Item | None]
    return_old_on_failure: bool
    touched: tuple[ResolvedPath, ...] = ()

    def prepare(self) -> tuple[Item | None, Item | None]:
        """The stored item and what it would become; writes nothing.

        Raises:
            ConditionalCheckFailedException: the condition does not hold; has the item if asked for.
            ValidationError: the update does not fit the stored item.
        """
        old = self.table.items.get(self.key)
        if self.condition and not holds(self.condition, old.attributes if old else {}, self.scope):
            error = ConditionalCheckFailedException(CONDITION_FAILED)
            if old and self.return_old_on_failure:
                error.Item = copied_attributes(old.attributes)
            raise error
        return old, self.change(old)


def put(table: Table, request: Mapping[str, Any]) -> Write:
    """The write of a PutItem request or a transaction's Put; raises ValidationError."""
    expressions = Expressions(request)
    condition = expressions.condition()
    expressions.check_all_used()
    item = table.check_item(canonical_attributes(request["Item"]), too_big=_TOO_BIG)
    return _write(table, item.attributes, condition, expressions, request, lambda old: item)


def delete(table: Table, request: Mapping[str, Any]) -> Write:
    """The write of a DeleteItem request or a transaction's Delete; raises ValidationError."""
    key, condition, expressions = _keyed(table, request)
    return _write(table, key, condition, expressions, request, lambda old: None)


def check(table: Table, request: Mapping[str, Any]) -> Write:
    """The write that changes nothing of a transaction's ConditionCheck; raises ValidationError."""
    key, condition, expressions = _keyed(table, request)
    return _write(table, key, condition, expressions, request, lambda old: old)


def update(table: Table, request: Mapping[str, Any]) -> Write:
    """The write of an UpdateItem request or a transaction's Update; raises ValidationError."""
    key = _checked_key(table, request)
    expressions = Expressions(request)
    actions = expressions.update()
    condition = expressions.condition()
    expressions.check_all_used()
    check_update(actions, expressions.scope, table.keys.names)

    def change(old: Item | None) -> Item:
        return table.check_item(
            updated(old.attributes if old else key, actions, expressions.scope), too_big=_TOO_BIG_UPDATE
        )

    paths = tuple(touched(actions, expressions.scope.names))
    return _write(table, key, condition, expressions, request, change, paths)


def _keyed(table: Table, request: Mapping[str, Any]) -> tuple[Attributes, Condition | None, Expressions]:
    key = _checked_key(table, request)
    expressions = Expressions(request)
    condition = expressions.condition()
    expressions.check_all_used()
    return key, condition, expressions


def _checked_key(table: Table, request: Mapping[str, Any]) -> Attributes:
    key = canonical_attributes(request["Key"])
    check_key(key, table.keys, table.types)
    return key


def _write(
    table: Table,
    key: Attributes,
    condition: Condition | None,
    expressions: Expressions,
    request: Mapping[str, Any],
    change: Callable[[Item | None], Item | None],
    paths: tuple[ResolvedPath, ...] = (),
) -> Write:
    keep = request.get("ReturnValuesOnConditionCheckFailure") == "ALL_OLD"
    return Write(table, table.key(key), condition, expressions.scope, change, keep, paths)


def execute(write: Write, request: Mapping[str, Any], *, is_update: bool = False) -> dict[str, Any]:
    """Carries out one write and answers as its operation does."""
    mode = capacity.requested_mode(request)
    wanted = request.get("ReturnValues") or "NONE"
    _check_return_values(wanted, is_update)
    old, new = write.prepare()
    write.table.write(old, new)
    response: dict[str, Any] = {}
    if attributes := _returned(wanted, old, new, write.touched):
        response["Attributes"] = copied_attributes(attributes)
    if mode != "NONE":
        used = capacity.write_units(write.table, old, new)
        response["ConsumedCapacity"] = capacity.described(write.table, used, mode)
    if metrics := collection_metrics(write, request):
        response["ItemCollectionMetrics"] = metrics
    return response


def _check_return_values(wanted: str, is_update: bool) -> None:
    if not is_update and wanted not in ("NONE", "ALL_OLD"):
        raise ValidationError("ReturnValues can only be ALL_OLD or NONE")
    if wanted not in ("NONE", "ALL_OLD", "UPDATED_OLD", "ALL_NEW", "UPDATED_NEW"):
        raise ValidationError(
            f"1 validation error detected: Value '{wanted}' at 'returnValues' failed to satisfy constraint: "
            "Member must satisfy enum value set: [ALL_NEW, UPDATED_OLD, ALL_OLD, NONE, UPDATED_NEW]"
        )


def _returned(
    wanted: str, old: Item | None, new: Item | None, paths: tuple[ResolvedPath, ...]
) -> Attributes | None:
    item = old if wanted.endswith("_OLD") else new if wanted.endswith("_NEW") else None
    if item is None:
        return None
    return project(item.attributes, paths) if wanted.startswith("UPDATED") else item.attributes


def collection_metrics(write: Write, request: Mapping[str, Any]) -> dict[str, Any] | None:
    """ItemCollectionMetrics, which only tables with a local index have and only when asked for."""
    table = write.table
    if request.get("ReturnItemCollectionMetrics") != "SIZE":
        return None
    if all(index.schema.is_global for index in table.indexes.values()):
        return None
    kind = table.types[table.keys.hash]
    value = str(write.key[0]) if kind == "N" else write.key[0]
    return {"ItemCollectionKey": {table.keys.hash: {kind: value}}, "SizeEstimateRangeGB": [0.0, 1.0]}
