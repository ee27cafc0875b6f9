"""The table on moto: what its stream says, and indexes of the dispatcher and reconciler that can be made to lag."""

import json
from collections.abc import Callable
from datetime import datetime, timedelta
from types import SimpleNamespace
from typing import Any, NamedTuple

from botocore.client import BaseClient
from moto.dynamodb.models import dynamodb_backends

from nightshift.store.items import from_item
from nightshift.store.keys import DUE_INDEX, QUEUE_INDEX
from tests.table import resources

NAME = "nightshift"
Entries = list[tuple[str, str, str, str]]
_LAGGING = {QUEUE_INDEX: ("queue_pk", "queue_sk"), DUE_INDEX: ("due_pk", "due_at")}
STREAM: Any = {"StreamEnabled": True, "StreamViewType": "NEW_AND_OLD_IMAGES"}


class Change(NamedTuple):
    """One record of the stream, in plain values; None for an image that does not exist."""

    key: tuple[str, str]
    old: dict[str, Any] | None
    new: dict[str, Any] | None
    record: dict[str, Any]


class Table:
    """Reads moto's table from behind: its stream in order, and ``items`` as the stream has left them."""

    def __init__(self, now: Callable[[], datetime]) -> None:
        self.items: dict[tuple[str, str], dict[str, Any]] = {}
        self.lag = timedelta()
        self._now = now
        self._snapshots: list[tuple[datetime, dict[str, Entries]]] = []
        self._backend().items.clear()
        self._backend().stream_shard.items.clear()

    @staticmethod
    def _backend() -> Any:
        # Looked up each time: moto puts a copy in the table's place when it takes back a transaction.
        return dynamodb_backends["123456789012"]["us-east-1"].tables[NAME]

    def changes(self) -> list[Change]:
        """What was written since the last call."""
        records = self._backend().stream_shard.items
        changes = [self._change(record.record) for record in records]
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
        told = record["dynamodb"]
        key = told["Keys"]["pk"]["S"], told["Keys"]["sk"]["S"]
        old, new = (from_item(told[name]) if name in told else None for name in ("OldImage", "NewImage"))
        return Change(key, old, new, record)

    def remember_index(self) -> None:
        """Keep what the indexes hold at this instant, for queries that are to see it late."""
        entries = {name: self._entries(*keys) for name, keys in _LAGGING.items()}
        self._snapshots.append((self._now(), entries))

    def _entries(self, partition: str, sort: str) -> Entries:
        return sorted((item[partition], item[sort], *key) for key, item in self.items.items() if partition in item)

    def hook(self, client: BaseClient) -> None:
        client.meta.events.register("before-call.dynamodb.Query", self._query)

    def unhook(self, client: BaseClient) -> None:
        client.meta.events.unregister("before-call.dynamodb.Query", self._query)

    def _query(self, params: dict[str, Any], **kwargs: Any) -> Any:
        asked = json.loads(params["body"])
        index = asked.get("IndexName")
        if index not in _LAGGING or not self.lag:
            return None
        partition, sort = _LAGGING[index]
        past = [entries[index] for at, entries in self._snapshots if at <= self._now() - self.lag]
        # The first value is the partition's, the second, if there is one, the last of the sort keys.
        wanted, *last = from_item(asked["ExpressionAttributeValues"]).values()
        seen = [
            entry for entry in (past[-1] if past else []) if entry[0] == wanted and (not last or entry[1] <= last[0])
        ]
        names = (partition, sort, "pk", "sk")
        items = [{name: {"S": value} for name, value in zip(names, entry, strict=True)} for entry in seen]
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
