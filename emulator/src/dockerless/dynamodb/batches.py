"""BatchGetItem and BatchWriteItem."""

from collections.abc import Mapping
from typing import Any

from dockerless.dynamodb import reads, writes
from dockerless.dynamodb.capacity import Tally, write_units
from dockerless.dynamodb.database import Database
from dockerless.dynamodb.errors import KEY_MISMATCH, ValidationError
from dockerless.dynamodb.values import attributes_size
from dockerless.dynamodb.writes import Write

_MAX_GETS, _MAX_WRITES = 100, 25
_MAX_RESPONSE_BYTES = 16 * 1024 * 1024
_DUPLICATES = "Provided list of item keys contains duplicates"


def batch_get(database: Database, request: Mapping[str, Any]) -> dict[str, Any]:
    """Answers a BatchGetItem request; what does not fit into 16 MiB comes back as unprocessed."""
    wanted = request["RequestItems"]
    _check_not_empty(wanted)
    if sum(len(part["Keys"]) for part in wanted.values()) > _MAX_GETS:
        raise ValidationError("Too many items requested for the BatchGetItem call")
    tally = Tally(request)
    responses: dict[str, list[Any]] = {}
    unprocessed: dict[str, Any] = {}
    size = 0
    for name, part in wanted.items():
        table = database.table(name)
        found = responses.setdefault(name, [])
        seen = set()
        for key in part["Keys"]:
            item, consumed = reads.read(table, {**part, "Key": key})
            identity = table.key(key)
            if identity in seen:
                raise ValidationError(_DUPLICATES)
            seen.add(identity)
            size += attributes_size(item) if item else 0
            if size > _MAX_RESPONSE_BYTES:
                unprocessed.setdefault(name, {**part, "Keys": []})["Keys"].append(key)
                continue
            tally.add(table, consumed)
            if item is not None:
                found.append(item)
    return {"Responses": responses, "UnprocessedKeys": unprocessed, **tally.described()}


def batch_write(database: Database, request: Mapping[str, Any]) -> dict[str, Any]:
    """Answers a BatchWriteItem request, in the order of its items."""
    wanted = request["RequestItems"]
    _check_not_empty(wanted)
    if sum(len(actions) for actions in wanted.values()) > _MAX_WRITES:
        raise ValidationError("Too many items requested for the BatchWriteItem call")
    tally = Tally(request)
    planned = [_write(database, name, action) for name, actions in wanted.items() for action in actions]
    if len({(write.table.name, write.key) for write in planned}) < len(planned):
        raise ValidationError(_DUPLICATES)
    metrics: dict[str, list[dict[str, Any]]] = {}
    for write in planned:
        old, new = write.prepare()
        write.table.write(old, new)
        tally.add(write.table, write_units(write.table, old, new))
        if found := writes.collection_metrics(write, request):
            metrics.setdefault(write.table.name, []).append(found)
    response: dict[str, Any] = {"UnprocessedItems": {}, **tally.described()}
    if metrics:
        response["ItemCollectionMetrics"] = metrics
    return response


def _write(database: Database, name: str, action: Mapping[str, Any]) -> Write:
    table = database.table(name)
    if (put := action.get("PutRequest")) is not None:
        # Unlike PutItem, a batch does not say what is wrong with the key.
        if any(table.types[key] not in put["Item"].get(key, {}) for key in table.keys.names):
            raise ValidationError(KEY_MISMATCH)
        return writes.put(table, put)
    if (delete := action.get("DeleteRequest")) is not None:
        return writes.delete(table, delete)
    raise ValidationError(
        "Supplied AttributeValue is empty, must contain exactly one of the supported datatypes"
    )


def _check_not_empty(wanted: Mapping[str, Any]) -> None:
    if not wanted:
        raise ValidationError(
            "1 validation error detected: Value '{}' at 'requestItems' failed to satisfy constraint: "
            "Member must have length greater than or equal to 1"
        )
