"""Listings of what stands under one partition key, by sort key, a page at a time."""

import hashlib
from dataclasses import dataclass
from typing import Any

from nightshift.clients import dynamodb
from nightshift.errors import InvalidCursorError
from nightshift.models.base import Model
from nightshift.settings import settings
from nightshift.store.cursor import place_in, token_of
from nightshift.store.items import from_item, to_item
from nightshift.store.reading import read_all


@dataclass(frozen=True, slots=True)
class Page[M]:
    items: list[M]
    next_token: str | None


def list_partition[M: Model](
    model: type[M], partition: str, prefix: str, limit: int, token: str | None, *, newest_first: bool = False
) -> Page[M]:
    """Up to ``limit`` items of the partition whose sort key begins with the prefix.

    Raises:
        InvalidCursorError: the token is not one of this listing's.
    """
    fingerprint = hashlib.sha256(f"{partition}\n{prefix}".encode()).hexdigest()[:16]
    start: Any = {}
    if token:
        place = place_in(token, fingerprint)
        if not place.startswith(prefix):
            raise InvalidCursorError("next_token was changed.")
        start = {"ExclusiveStartKey": to_item({"pk": partition, "sk": place})}
    condition = "pk = :pk AND begins_with(sk, :prefix)" if prefix else "pk = :pk"
    found = dynamodb().query(
        TableName=settings().table_name,
        KeyConditionExpression=condition,
        ExpressionAttributeValues=to_item({":pk": partition} | ({":prefix": prefix} if prefix else {})),
        ConsistentRead=True,
        ScanIndexForward=not newest_first,
        Limit=limit,
        **start,
    )
    last = found.get("LastEvaluatedKey")
    items = read_all(model, map(from_item, found["Items"]))
    return Page(items, token_of(fingerprint, from_item(last)["sk"]) if last else None)
