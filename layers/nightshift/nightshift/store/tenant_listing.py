"""Listings of what stands in the index by tenant and is no job, newest first."""

import hashlib
from collections.abc import Callable
from typing import Any

from nightshift.clients import dynamodb
from nightshift.models.base import Model
from nightshift.settings import settings
from nightshift.store.cursor import position_in, token_of
from nightshift.store.items import Item, from_item, to_item
from nightshift.store.keys import TENANT_INDEX
from nightshift.store.partition import Page
from nightshift.store.reading import read_all
from nightshift.store.reads import load_items

_FIRST, _LAST = "0", "~"


def list_of_tenant[M: Model](
    model: type[M], partition: str, key_of: Callable[[str], Item], limit: int, token: str | None
) -> Page[M]:
    """Up to ``limit`` items of the index's partition; ``key_of`` gives the table's key for an id.

    Raises:
        InvalidCursorError: the token is not one of this listing's.
    """
    fingerprint = _fingerprint(partition)
    start: dict[str, Any] = {}
    if token:
        position, found_id = position_in(token, fingerprint, _FIRST, _LAST)
        place = to_item({"list_sk": position, "tenant_pk": partition})
        start = {"ExclusiveStartKey": key_of(found_id) | place}
    found = dynamodb().query(
        TableName=settings().table_name,
        IndexName=TENANT_INDEX,
        KeyConditionExpression="tenant_pk = :partition",
        ExpressionAttributeValues=to_item({":partition": partition}),
        Limit=limit,
        ScanIndexForward=False,
        **start,
    )
    items = load_items([{"pk": item["pk"], "sk": item["sk"]} for item in found["Items"]])
    last = found.get("LastEvaluatedKey")
    # The index may still show what has just left it.
    listed = read_all(model, (item for item in items if item.get("tenant_pk") == partition))
    return Page(listed, token_of(fingerprint, from_item(last)["list_sk"]) if last else None)


def token_after(partition: str, position: str) -> str:
    """The token of the page that begins after the position, for those who give out less than a page."""
    return token_of(_fingerprint(partition), position)


def _fingerprint(partition: str) -> str:
    return hashlib.sha256(partition.encode()).hexdigest()[:16]
