"""The fingerprints of all of a tenant's stories or cards, for telling what is new.

Ten thousand of them are compared at once, so they lie apart from the records, and doubly: as one item for each run,
written in the transaction that ends it, which is the truth; and as a snapshot in the bucket of all that was written
before some time, which is one read instead of ten. A lost or old snapshot costs time only: what is younger than it is
read from the table. Any worker may replace it.

Workers use this module: it must not need pydantic, which takes longer to import than most programs run.
"""

import base64
import json
import logging
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

from botocore.exceptions import ClientError

from nightshift.clients import dynamodb, s3
from nightshift.clock import rfc3339
from nightshift.settings import settings
from nightshift.store.items import Item, from_item, to_item
from nightshift.store.keys import fingerprints_key, fingerprints_partition
from similarity.fingerprint import BITS, METHOD
from similarity.verdict import Known

if TYPE_CHECKING:
    from nightshift.content.records import Record
    from nightshift.models.run import Run

logger = logging.getLogger(__name__)

KEPT_AT_MOST = 10_000
"""Of each kind, the newest; older ones are no longer compared with."""

_EMBEDDING_MODEL = "embedding_model"
_ABOUT = ("template_id", "title", "topic", "tags", "usable", _EMBEDDING_MODEL)
_BYTES = BITS // 8
_PAGES_AT_MOST = 20
_TAIL_AT_MOST = 200
# How long after its time an item may still come to be written: a finisher's retries and a slow clock.
_SETTLED_AFTER = timedelta(minutes=5)


@dataclass(frozen=True, slots=True)
class Mark:
    """One story or card. ``template_id``, ``topic`` and ``tags`` are what new work is chosen by.

    ``fingerprint`` includes the sketch of a text that was embedded, by the ``embedding_model`` among what is known.
    """

    item_id: str
    fingerprint: bytes
    signature: str | None = None
    about: dict[str, Any] = field(default_factory=dict)

    @property
    def embedding_model(self) -> str | None:
        """The model that embedded its text."""
        return self.about.get(_EMBEDDING_MODEL)

    @property
    def known(self) -> Known:
        """As research is compared."""
        return Known.stored(self.item_id, self.fingerprint, self.signature, self.embedding_model)

    @property
    def encoded(self) -> str:
        """The fingerprint as text."""
        return base64.b64encode(self.fingerprint).decode()


@dataclass(frozen=True, slots=True)
class Marks:
    """Oldest first. ``until`` is the newest position in the snapshot, ``tail`` how many came from the table."""

    marks: list[Mark]
    until: str
    tail: list[tuple[str, list[Mark]]]

    def __iter__(self) -> Iterator[Mark]:
        yield from self.marks
        for _, marks in self.tail:
            yield from marks


_snapshots: dict[tuple[str, str], tuple[str, Marks]] = {}


def fingerprints_item(run: "Run", kind: str, records: "Iterable[Record]", now: datetime) -> Item:
    """The item of what a run made of a kind."""
    marks = [
        {
            "id": record.item_id,
            "signature": getattr(record, "signature", None) or None,
            "fingerprint": record.fingerprint,
            "about": _about(record),
        }
        for record in records
    ]
    key = fingerprints_key(run.tenant_id, kind, rfc3339(now), run.run_id)
    return to_item({"entity": "Fingerprints", "method": METHOD, "marks": marks}) | key


def load_marks(tenant_id: str, kind: str) -> Marks:
    """What there is to compare with: the snapshot, and what was written since."""
    base = _snapshot(tenant_id, kind)
    tail = list(_since(tenant_id, kind, base.until))
    return Marks(base.marks, base.until, tail)


def take_snapshot(tenant_id: str, kind: str, loaded: Marks, now: datetime) -> bool:
    """Replace the snapshot once enough has been written since; whoever is last wins, and either is right."""
    limit = rfc3339(now - _SETTLED_AFTER)
    settled = [(position, marks) for position, marks in loaded.tail if position < limit]
    if sum(len(marks) for _, marks in settled) < _TAIL_AT_MOST:
        return False
    marks = [*loaded.marks, *(mark for _, marks in settled for mark in marks)][-KEPT_AT_MOST:]
    body = _packed(marks, settled[-1][0])
    s3().put_object(Bucket=settings().bucket_name, Key=_snapshot_key(tenant_id, kind), Body=body)
    return True


def _snapshot(tenant_id: str, kind: str) -> Marks:
    """The snapshot, read anew only when it has changed."""
    known = _snapshots.get((tenant_id, kind))
    condition: dict[str, Any] = {"IfNoneMatch": known[0]} if known else {}
    try:
        found = s3().get_object(Bucket=settings().bucket_name, Key=_snapshot_key(tenant_id, kind), **condition)
    except ClientError as error:
        if known and error.response["ResponseMetadata"]["HTTPStatusCode"] == 304:
            return known[1]
        if error.response["Error"]["Code"] == "NoSuchKey":
            return Marks([], "", [])
        raise
    try:
        marks = _unpacked(found["Body"].read())
    except (ValueError, KeyError, TypeError):  # whoever takes the next one mends it
        logger.exception("the snapshot of fingerprints is broken")
        return Marks([], "", [])
    _snapshots[tenant_id, kind] = found["ETag"], marks
    return marks


def _since(tenant_id: str, kind: str, position: str) -> Iterator[tuple[str, list[Mark]]]:
    """What runs made that ended after the position: the newest, should that be more than some pages hold."""
    runs: list[tuple[str, list[Mark]]] = []
    more: dict[str, Any] = {}
    for _ in range(_PAGES_AT_MOST):
        found = dynamodb().query(
            TableName=settings().table_name,
            KeyConditionExpression="pk = :pk AND sk > :position",
            ExpressionAttributeValues=to_item(
                {":pk": fingerprints_partition(tenant_id, kind), ":position": position or "0"}
            ),
            ScanIndexForward=False,
            **more,
        )
        for stored in found["Items"]:
            item = from_item(stored)
            if item["method"] == METHOD:
                runs.append((item["sk"], [_mark(mark) for mark in item["marks"]]))
        if "LastEvaluatedKey" not in found:
            break
        more = {"ExclusiveStartKey": found["LastEvaluatedKey"]}
    yield from reversed(runs)


def mark_of(story: Mapping[str, Any]) -> Mark:
    """The mark of a story as a result summary tells of it."""
    about = {name: story[name] for name in _ABOUT if story.get(name)}
    return Mark(story["story_id"], base64.b64decode(story["fingerprint"]), story.get("signature"), about)


def _mark(stored: dict[str, Any]) -> Mark:
    return Mark(
        stored["id"], base64.b64decode(stored["fingerprint"]), stored.get("signature"), stored.get("about") or {}
    )


def _about(record: "Record") -> dict[str, Any]:
    return {name: value for name in _ABOUT if (value := getattr(record, name, None))}


def _packed(marks: list[Mark], until: str) -> bytes:
    """A line of JSON that describes the marks, then their fingerprints one after another, all equally long."""
    size = max([_BYTES, *(len(mark.fingerprint) for mark in marks)])
    described = [[mark.item_id, mark.signature, mark.about] for mark in marks]
    head = json.dumps({"until": until, "size": size, "marks": described}, ensure_ascii=False, separators=(",", ":"))
    return head.encode() + b"\n" + b"".join(mark.fingerprint.ljust(size, b"\0") for mark in marks)


def _unpacked(body: bytes) -> Marks:
    head, _, bits = body.partition(b"\n")
    content = json.loads(head)
    size = content.get("size", _BYTES)
    marks = [
        Mark(item_id, bits[number * size : (number + 1) * size], signature, about)
        for number, (item_id, signature, about) in enumerate(content["marks"])
    ]
    return Marks(marks, content["until"], [])


def _snapshot_key(tenant_id: str, kind: str) -> str:
    return f"{tenant_id}/fingerprints/{kind}-{METHOD}.bin"
