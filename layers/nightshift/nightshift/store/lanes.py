"""The lanes (tenant x type) that hold queued jobs, so that the dispatcher need not look for them.

Whoever makes a job QUEUED touches its lane first; the dispatcher drops a lane that it finds empty, but never one
touched within the last minutes, so that a job written just after the touch cannot lose its lane.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta

from nightshift.clients import dynamodb
from nightshift.clock import rfc3339
from nightshift.settings import settings
from nightshift.store.items import from_item, to_item
from nightshift.store.keys import LANES, lane_key
from nightshift.store.write import Update

# More than a touch may be old (60 s) and the slowest writer may take from its touch to its job (60 s) together.
KEEP_EMPTY = timedelta(minutes=3)
_TOUCH_AGAIN = timedelta(seconds=60)
_LANES_AT_MOST = 200

_touched: dict[tuple[str, str], datetime] = {}


@dataclass(frozen=True, slots=True)
class Lane:
    tenant_id: str
    type: str
    touched_at: str


def touch(tenant_id: str, job_type: str, now: datetime) -> None:
    """Note that the lane is about to hold a job. One write per lane, process and minute is enough."""
    last = _touched.get((tenant_id, job_type))
    if last is not None and timedelta() <= now - last < _TOUCH_AGAIN:
        return
    values = {"entity": "Lane", "tenant_id": tenant_id, "type": job_type, "touched_at": rfc3339(now)}
    Update(lane_key(tenant_id, job_type), values=values).apply()
    _touched[tenant_id, job_type] = now


def forget_touches() -> None:
    """For a process whose table was replaced (tests)."""
    _touched.clear()


def list_lanes() -> list[Lane]:
    found = dynamodb().query(
        TableName=settings().table_name,
        KeyConditionExpression="pk = :lanes",
        ExpressionAttributeValues=to_item({":lanes": LANES}),
        ConsistentRead=True,
        Limit=_LANES_AT_MOST,
    )
    items = (from_item(item) for item in found["Items"])
    return [Lane(item["tenant_id"], item["type"], item["touched_at"]) for item in items]


def drop_if_idle(lane: Lane, now: datetime) -> None:
    """Drop a lane that was seen empty, unless somebody touched it lately."""
    if lane.touched_at >= rfc3339(now - KEEP_EMPTY):
        return
    exceptions = dynamodb().exceptions
    try:
        dynamodb().delete_item(
            TableName=settings().table_name,
            Key=lane_key(lane.tenant_id, lane.type),
            ConditionExpression="touched_at = :seen",
            ExpressionAttributeValues=to_item({":seen": lane.touched_at}),
        )
    except exceptions.ConditionalCheckFailedException:
        return
