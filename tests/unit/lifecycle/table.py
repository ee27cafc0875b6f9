"""The table on moto: what its stream says, and a queue index that can be made to lag."""

import json
from collections.abc import Callable
from datetime import datetime, timedelta
from types import SimpleNamespace
from typing import Any, NamedTuple

from botocore.client import BaseClient
from moto.dynamodb.models import dynamodb_backends

from nightshift.store.items import from_item
from nightshift.store.keys import QUEUE_INDEX
from tests.table import resources

NAME = "nightshift"
STREAM: Any = {"StreamEnabled": True, "StreamViewType": "NEW_AND_OLD_IMAGES"}


class Change(NamedTuple):
    """One record of the stream, in plain values; None for an image that does not exist."""

    key: tuple[str, str]
    old: dict[str, Any] | None
    new: dict[str, Any] | None


class Table:
    """Reads moto's table from behind: its stream in order, and ``items`` as the stream has left them."""

    def __init__(self, now: Callable[[], datetime]) -> None:
        self.items: dict[tuple[str, str], dict[str, Any]] = {}
        self.lag = timedelta()
        self._now = now
        self._snapshots: list[tuple[datetime, list[tuple[str, str, str]]]] = []
        self._backend().items.clear()
        self._backend().stream_shard.items.clear()

    @staticmethod
    def _backend() -> Any:
        # Looked up each time: moto puts a copy in the table's place when it takes back a transaction.
        return dynamodb_backends["123456789012"]["us-east-1"].tables[NAME]

    def changes(self) -> list[Change]:
        """What was written since the last call."""
        records = self._backend().stream_shard.items
        changes = [self._change(record.record["dynamodb"]) for record in records]
        # Emptied because moto copies the table, its stream included, for each transaction.
        records.clear()
        for change in changes:
            if change.new is None:
                self.items.pop(change.key, None)
            else:
                self.items[change.key] = change.new
        return changes

    @staticmethod
    def _change(record: dict[str, Any]) -> Change:
        images = [from_item(record[name]) if name in record else None for name in ("OldImage", "NewImage")]
        return Change((record["Keys"]["pk"]["S"], record["Keys"]["sk"]["S"]), *images)

    def remember_index(self) -> None:
        """Keep what the queue index holds at this instant, for queries that are to see it late."""
        queued = sorted(
            (item["queue_pk"], item["queue_sk"], item["pk"]) for item in self.items.values() if "queue_pk" in item
        )
        self._snapshots.append((self._now(), queued))

    def hook(self, client: BaseClient) -> None:
        client.meta.events.register("before-call.dynamodb.Query", self._query)

    def unhook(self, client: BaseClient) -> None:
        client.meta.events.unregister("before-call.dynamodb.Query", self._query)

    def _query(self, params: dict[str, Any], **kwargs: Any) -> Any:
        asked = json.loads(params["body"])
        if asked.get("IndexName") != QUEUE_INDEX or not self.lag:
            return None
        (lane,) = from_item(asked["ExpressionAttributeValues"]).values()
        past = [queued for at, queued in self._snapshots if at <= self._now() - self.lag]
        seen = past[-1] if past else []
        items = [
            {"queue_pk": {"S": pk}, "queue_sk": {"S": sk}, "pk": {"S": job}, "sk": {"S": "JOB"}}
            for pk, sk, job in seen
            if pk == lane
        ]
        return SimpleNamespace(status_code=200), {"Items": items[: asked["Limit"]]}


def rules() -> list[tuple[str, dict[str, Any]]]:
    """Who hears of which change: the template's rules on job events, each with the function it leads to."""
    found = []
    for name, resource in resources().items():
        if resource["Type"] == "AWS::Events::Rule":
            pattern = resource["Properties"]["EventPattern"]
            found += [(target["Id"], pattern) for target in resource["Properties"]["Targets"]]
        for event in resource.get("Properties", {}).get("Events", {}).values():
            if event["Type"] == "EventBridgeRule":
                found.append((name, event["Properties"]["Pattern"]))
    consumers = {"dispatch-queue": "dispatcher", "TimerFunction": "timer"}
    return [(consumers[name], pattern) for name, pattern in found if name in consumers]
