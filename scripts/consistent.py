"""Makes saved items agree with each other and with the time they come back at."""

import sys
from collections import Counter
from datetime import UTC, datetime
from typing import Any

from scripts.workspace import ROOT

type Item = dict[str, Any]  # in DynamoDB JSON

LANES = {"S": "LANES"}
SCHEDULER = {"pk": {"S": "SCHEDULER"}, "sk": {"S": "STATE"}}
JOB = {"S": "JOB"}
COUNTER = "slots_used"


def consistent(items: list[Item], now: datetime) -> list[Item]:
    """The items as they are to be written, in the order in which they are to be written.

    A queued job may be claimed the moment it appears: what a claim counts on comes before it. Slots are counted
    anew, since a scan under load is not of one moment. Lanes count as used now: one that seems idle is dropped.
    """
    scheduler = next((item for item in items if item["pk"] == SCHEDULER["pk"]), SCHEDULER)
    slots = _slots(items)
    first = [_counted(scheduler, slots)] if scheduler in items or slots else []
    jobs = [item for item in items if item["sk"] == JOB]
    others = [_used(item, now) for item in items if item["sk"] != JOB and item["pk"] != SCHEDULER["pk"]]
    return first + others + jobs


def _slots(items: list[Item]) -> Counter[str]:
    """Counter → slots, by the running jobs."""
    sys.path.append(str(ROOT / "layers" / "nightshift"))
    try:
        from nightshift.store.scheduler import counters
    finally:
        sys.path.pop()
    running = (item for item in items if item["sk"] == JOB and item["status"] == {"S": "RUNNING"})
    return Counter(name for job in running for name in counters(job["tenant_id"]["S"], job["type"]["S"]))


def _counted(scheduler: Item, slots: Counter[str]) -> Item:
    kept = {name: value for name, value in scheduler.items() if not name.startswith(COUNTER)}
    return kept | {name: {"N": str(slots[name])} for name in {COUNTER, *slots}}


def _used(item: Item, now: datetime) -> Item:
    if item["pk"] != LANES:
        return item
    return item | {"touched_at": {"S": now.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")}}
