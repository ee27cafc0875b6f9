"""What workers hand to a program of what was made before: earlier stories and cards, and the files of cards.

Without pydantic, for the reason given in ``fingerprints``.
"""

import json
from collections.abc import Iterable, Iterator
from datetime import datetime
from typing import Any

from nightshift.clients import dynamodb, s3
from nightshift.content.fingerprints import Mark, load_marks, mark_of, take_snapshot
from nightshift.settings import settings
from nightshift.store.items import from_item, to_item
from nightshift.store.keys import record_key
from nightshift.store.recorded import counts, recorded_steps

STORIES, CARDS = "story", "research"

_STEP_PAGES_AT_MOST = 20


def earlier(tenant_id: str, kind: str, now: datetime) -> list[Mark]:
    """The tenant's earlier stories or cards, oldest first; renews their snapshot when that is due."""
    loaded = load_marks(tenant_id, kind)
    take_snapshot(tenant_id, kind, loaded, now)
    return list(loaded)


def made_by_job(job_id: str, name: str) -> list[dict[str, Any]]:
    """What the job's finished steps told of their ``stories`` or ``cards``, oldest first, with ``run_id``."""
    recorded = recorded_steps(job_id)
    return [
        entry | {"run_id": step["run_id"]}
        for step in _steps(job_id)
        if step.get("status") == "done" and counts(step, recorded)
        for entry in (step.get("output") or {}).get(name) or ()
    ]


def as_history(marks: Iterable[Mark], told: Iterable[dict[str, Any]]) -> bytes:
    """The file that programs read earlier work from: a line of JSON for each, none twice."""
    entries = {
        mark.item_id: {
            "id": mark.item_id,
            "fingerprint": mark.encoded,
            "embedding_model": mark.embedding_model,
            "signature": mark.signature,
            "template_id": mark.about.get("template_id"),
        }
        for mark in (*marks, *(mark_of(entry) for entry in told))
    }
    return "".join(f"{json.dumps(entry, ensure_ascii=False)}\n" for entry in entries.values()).encode()


def open_card(tenant_id: str, card_id: str) -> bytes | None:
    """The card's JSON; None if the tenant has no such card, or it is no longer kept."""
    key = record_key(tenant_id, CARDS, card_id)
    found = dynamodb().get_item(TableName=settings().table_name, Key=key, ConsistentRead=True)
    if "Item" not in found:
        return None
    record = from_item(found["Item"])
    return read_card(f"{tenant_id}/{record['job_id']}/{record['run_id']}/", record["artifacts"])


def read_card(run_prefix: str, names: Iterable[str]) -> bytes | None:
    """The JSON among a card's files; None if it is no longer kept."""
    name = next((name for name in names if name.endswith(".json")), None)
    if name is None:
        return None
    try:
        found = s3().get_object(Bucket=settings().bucket_name, Key=f"{run_prefix}artifacts/{name}")
    except s3().exceptions.NoSuchKey:
        return None
    return found["Body"].read()


def _steps(job_id: str) -> Iterator[dict[str, Any]]:
    more: dict[str, Any] = {}
    for _ in range(_STEP_PAGES_AT_MOST):
        found = dynamodb().query(
            TableName=settings().table_name,
            KeyConditionExpression="pk = :pk AND begins_with(sk, :prefix)",
            ExpressionAttributeValues=to_item({":pk": f"JOB#{job_id}", ":prefix": "STEP#"}),
            ConsistentRead=True,
            **more,
        )
        yield from (from_item(item) for item in found["Items"])
        if "LastEvaluatedKey" not in found:
            return
        more = {"ExclusiveStartKey": found["LastEvaluatedKey"]}
