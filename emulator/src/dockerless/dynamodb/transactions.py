"""TransactWriteItems and TransactGetItems."""

import hashlib
import json
from collections.abc import Callable, Mapping
from typing import Any

from localstack.aws.api.dynamodb import (
    ConditionalCheckFailedException,
    IdempotentParameterMismatchException,
    TransactionCanceledException,
)

from dockerless.dynamodb import capacity, reads, writes
from dockerless.dynamodb.capacity import Tally, write_units
from dockerless.dynamodb.database import Database
from dockerless.dynamodb.errors import CONDITION_FAILED, ValidationError
from dockerless.dynamodb.index import Item
from dockerless.dynamodb.table import Table
from dockerless.dynamodb.writes import Write

_MAX_ACTIONS = 100
_MAX_BYTES = 4 * 1024 * 1024
TOKEN_LIFETIME = 600.0  # seconds
_BUILDERS: dict[str, Callable[[Table, Mapping[str, Any]], Write]] = {
    "Put": writes.put,
    "Update": writes.update,
    "Delete": writes.delete,
    "ConditionCheck": writes.check,
}


def transact_write(database: Database, request: Mapping[str, Any]) -> dict[str, Any]:
    """Answers a TransactWriteItems request: all of its writes happen, or none.

    Everything is checked before anything is written, so a cancelled transaction leaves no trace.

    Raises:
        TransactionCanceledException: with one reason per action.
        ValidationError: a request that fits no items.
        IdempotentParameterMismatchException: its ClientRequestToken was used for another request.
    """
    actions = request["TransactItems"]
    _check_count(actions, "transactItems")
    tally = Tally(request, "Write")
    if _is_repetition(database, request):
        return _repeated(database, actions, request)
    planned = [_write(database, action) for action in actions]
    if len({(write.table.name, write.key) for write in planned}) < len(planned):
        raise ValidationError("Transaction request cannot include multiple operations on one item")
    prepared = _prepare_all(planned)
    if sum(new.size for _, new in prepared if new) > _MAX_BYTES:
        raise ValidationError("Collection size of items in transaction exceeds the limit of 4MB")
    for write, (old, new) in zip(planned, prepared, strict=True):
        write.table.write(old, new)
        tally.add(write.table, write_units(write.table, old, new, factor=2))
    _remember(database, request)
    response = tally.described()
    if metrics := _metrics(planned, request):
        response["ItemCollectionMetrics"] = metrics
    return response


def _check_count(actions: list[Any], member: str) -> None:
    if not actions or len(actions) > _MAX_ACTIONS:
        bound = f"less than or equal to {_MAX_ACTIONS}" if actions else "greater than or equal to 1"
        raise ValidationError(
            f"1 validation error detected: Value at '{member}' failed to satisfy constraint: "
            f"Member must have length {bound}"
        )


def _write(database: Database, action: Mapping[str, Any]) -> Write:
    kinds = [kind for kind in _BUILDERS if action.get(kind) is not None]
    if len(kinds) != 1:
        raise ValidationError("TransactItems can only contain one of Check, Put, Update or Delete")
    details = action[kinds[0]]
    return _BUILDERS[kinds[0]](database.table(details["TableName"]), details)


def _prepare_all(planned: list[Write]) -> list[tuple[Item | None, Item | None]]:
    prepared: list[tuple[Item | None, Item | None]] = []
    reasons: list[dict[str, Any]] = []
    for write in planned:
        reason: dict[str, Any] = {"Code": "None"}
        try:
            prepared.append(write.prepare())
        except ConditionalCheckFailedException as error:
            reason = {"Code": "ConditionalCheckFailed", "Message": CONDITION_FAILED}
            if item := getattr(error, "Item", None):
                reason["Item"] = item
        except ValidationError as error:
            reason = {"Code": "ValidationError", "Message": error.message}
        reasons.append(reason)
    if len(prepared) < len(planned):
        codes = ", ".join(reason["Code"] for reason in reasons)
        raise TransactionCanceledException(
            f"Transaction cancelled, please refer cancellation reasons for specific reasons [{codes}]",
            CancellationReasons=reasons,
        )
    return prepared


def _fingerprint(request: Mapping[str, Any]) -> bytes:
    canonical = json.dumps(request["TransactItems"], sort_keys=True, default=repr)
    return hashlib.sha256(canonical.encode()).digest()


def _is_repetition(database: Database, request: Mapping[str, Any]) -> bool:
    token = request.get("ClientRequestToken")
    known = database.tokens.get(token) if token else None
    if known is None or database.clock() - known[1] > TOKEN_LIFETIME:
        return False
    if known[0] != _fingerprint(request):
        raise IdempotentParameterMismatchException(
            "The request uses the same client token as a previous, but non-identical request"
        )
    return True


def _remember(database: Database, request: Mapping[str, Any]) -> None:
    if token := request.get("ClientRequestToken"):
        database.tokens[token] = (_fingerprint(request), database.clock())


def _repeated(database: Database, actions: list[Any], request: Mapping[str, Any]) -> dict[str, Any]:
    """A repeated token writes nothing and is charged for reading the items."""
    tally = Tally(request, "Read")
    for action in actions:
        write = _write(database, action)
        item = write.table.items.get(write.key)
        units = capacity.read_units(item.size if item else 0, consistent=True, factor=2)
        tally.add(write.table, capacity.Consumed(units))
    return tally.described()


def _metrics(planned: list[Write], request: Mapping[str, Any]) -> dict[str, list[dict[str, Any]]]:
    metrics: dict[str, list[dict[str, Any]]] = {}
    for write in planned:
        if found := writes.collection_metrics(write, request):
            metrics.setdefault(write.table.name, []).append(found)
    return metrics


def transact_get(database: Database, request: Mapping[str, Any]) -> dict[str, Any]:
    """Answers a TransactGetItems request."""
    actions = request["TransactItems"]
    _check_count(actions, "transactItems")
    tally = Tally(request, "Read")
    responses: list[dict[str, Any]] = []
    for action in actions:
        table = database.table(action["Get"]["TableName"])
        item, consumed = reads.read(table, action["Get"], factor=2)
        tally.add(table, consumed)
        responses.append({} if item is None else {"Item": item})
    return {"Responses": responses, **tally.described()}
