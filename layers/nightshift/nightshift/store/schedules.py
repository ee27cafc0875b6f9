"""Schedule items: reads, and the conditional writes that change them."""

from datetime import datetime, timedelta
from typing import Any

from nightshift.clients import dynamodb
from nightshift.clock import rfc3339
from nightshift.models.schedule import Schedule
from nightshift.settings import settings
from nightshift.store import tenant_listing
from nightshift.store.items import from_item, to_item
from nightshift.store.job_writes import stored
from nightshift.store.keys import (
    DUE_INDEX,
    DUE_SCHEDULE,
    schedule_due_keys,
    schedule_key,
    schedule_listing_keys,
    schedules_of,
)
from nightshift.store.partition import Page
from nightshift.store.reading import read
from nightshift.store.reads import find_item
from nightshift.store.write import Update, put_new

LATE_AFTER = timedelta(seconds=90)
"""When a schedule that was due but did not fire is the reconciler's to fire: EventBridge is precise to a minute."""

_KEEP_DELETED = timedelta(days=30)
_OVERDUE_AT_MOST = 100


def find_schedule(schedule_id: str) -> Schedule | None:
    """The schedule as it is now, whoever owns it, even if it was deleted."""
    item = find_item(schedule_key(schedule_id))
    return read(Schedule, item) if item else None


def create(schedule: Schedule) -> bool:
    """Write a new schedule; False if its id is taken."""
    exceptions = dynamodb().exceptions
    values = schedule.model_dump(mode="json") | schedule_listing_keys(schedule) | _due(schedule.next_trigger_at)
    try:
        dynamodb().put_item(**put_new(values | {"entity": "Schedule"}, schedule_key(schedule.schedule_id)))
    except exceptions.ConditionalCheckFailedException:
        return False
    return True


def change(schedule: Schedule, values: dict[str, Any], now: datetime, *, revise: bool = False) -> Update:
    """The update that changes the schedule as it was read; ``revise`` has EventBridge Scheduler follow."""
    due = _due(values["next_trigger_at"]) if "next_trigger_at" in values else {}
    return Update(
        schedule_key(schedule.schedule_id),
        values={name: stored(value) for name, value in values.items()} | due | {"updated_at": stored(now)},
        add={"version": 1} | ({"revision": 1} if revise else {}),
        condition="#version = :version",
        where={"version": schedule.version},
    )


def delete(schedule: Schedule, now: datetime) -> bool:
    """Take the schedule out of every list; False if it has changed since it was read."""
    values = {
        "deleted_at": now,
        "next_trigger_at": None,
        "tenant_pk": None,
        "list_sk": None,
        "expires_at": int((now + _KEEP_DELETED).timestamp()),
    }
    return change(schedule, values, now, revise=True).apply()


def look_again_later(schedule_id: str, now: datetime) -> None:
    """Keep a schedule that cannot be fired from standing in the way of the others."""
    Update(
        schedule_key(schedule_id), values={"due_at": rfc3339(now + LATE_AFTER)}, condition="attribute_exists(#due_at)"
    ).apply()


def list_schedules(tenant_id: str, limit: int, token: str | None) -> Page[Schedule]:
    """One page of the tenant's schedules, newest first.

    Raises:
        InvalidCursorError: the token is not one of this listing's.
    """
    return tenant_listing.list_of_tenant(Schedule, schedules_of(tenant_id), schedule_key, limit, token)


def token_after(schedule: Schedule) -> str:
    """The token of the page of its tenant's schedules that begins after it."""
    return tenant_listing.token_after(schedules_of(schedule.tenant_id), schedule_listing_keys(schedule)["list_sk"])


def overdue_schedules(now: datetime) -> list[str]:
    """Ids of schedules that were due and have not fired, the longest overdue first; a page of them."""
    found = dynamodb().query(
        TableName=settings().table_name,
        IndexName=DUE_INDEX,
        KeyConditionExpression="due_pk = :due AND due_at <= :now",
        ExpressionAttributeValues=to_item({":due": DUE_SCHEDULE, ":now": rfc3339(now)}),
        Limit=_OVERDUE_AT_MOST,
    )
    return [from_item(item)["pk"].removeprefix("SCHEDULE#") for item in found["Items"]]


def _due(next_trigger_at: datetime | None) -> dict[str, Any]:
    return schedule_due_keys(next_trigger_at + LATE_AFTER if next_trigger_at else None)
