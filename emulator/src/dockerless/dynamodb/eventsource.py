"""Completes what LocalStack's event source mappings tell functions about stream records."""

from collections.abc import Callable
from typing import Any

from localstack.services.lambda_.event_source_mapping.pollers.dynamodb_poller import DynamoDBPoller
from localstack.utils.patch import patch


def install() -> None:
    """Makes event source mappings pass on who changed an item."""
    patch(DynamoDBPoller.transform_into_events)(_with_identity)


def _with_identity(
    original: Callable[..., list[dict[str, Any]]],
    poller: DynamoDBPoller,
    records: list[dict[str, Any]],
    shard_id: str,
) -> list[dict[str, Any]]:
    events = original(poller, records, shard_id)
    for event, record in zip(events, records, strict=True):
        # By this, functions and their filters tell an expiry from a deletion.
        if identity := record.get("userIdentity"):
            event["userIdentity"] = {"type": identity["Type"], "principalId": identity["PrincipalId"]}
    return events
