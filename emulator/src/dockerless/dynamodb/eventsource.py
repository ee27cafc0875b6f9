"""How LocalStack's event source mappings read streams, and what they tell functions about the records."""

from collections.abc import Callable
from typing import Any

from localstack.aws.api import ServiceException
from localstack.services.lambda_.event_source_mapping.pollers.dynamodb_poller import DynamoDBPoller
from localstack.services.lambda_.event_source_mapping.pollers.stream_poller import StreamPoller
from localstack.utils.patch import patch

from dockerless.dynamodb.streams_provider import read_records


def install() -> None:
    """Makes event source mappings pass on who changed an item, and read streams without a call."""
    patch(DynamoDBPoller.transform_into_events)(_with_identity)
    DynamoDBPoller.get_records = _get_records


def _get_records(poller: DynamoDBPoller, shard_iterator: str) -> dict[str, Any]:
    try:
        return read_records({"ShardIterator": shard_iterator, "Limit": poller.stream_parameters["BatchSize"]})
    except ServiceException:
        # A mapping knows what to do about each error that a call can raise.
        return StreamPoller.get_records(poller, shard_iterator)


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
