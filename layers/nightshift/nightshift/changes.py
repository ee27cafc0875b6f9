"""What changed on a job, as an event for everyone who wants to know (the trigger's IS DISTINCT FROM)."""

import json
from collections.abc import Iterable, Mapping
from typing import Any

from nightshift.clients import events
from nightshift.settings import settings
from nightshift.webhooks.events import job_event

SOURCE = "nightshift"
JOB_STATE_CHANGED = "JobStateChanged"
SCHEDULER_OPENED = "SchedulerOpened"
SCHEDULE_CHANGED = "ScheduleChanged"
BATCH_ENDED = "BatchEnded"
DELIVERY_REQUESTED = "DeliveryRequested"

# By what only an event of that kind speaks of.
_KINDS = {
    "delivery_id": DELIVERY_REQUESTED,
    "batch_id": BATCH_ENDED,
    "job_id": JOB_STATE_CHANGED,
    "schedule_id": SCHEDULE_CHANGED,
    "config_version": SCHEDULER_OPENED,
}

_WATCHED = {
    "status": ("status",),
    "step": ("current_step", "step_status"),
    "cancel_requested": ("cancel_requested_at",),
    "release_at": ("run_at", "next_attempt_at"),
}
_ENTRIES_PER_CALL = 10


class PublishError(Exception):
    """The bus did not take every event; those it took may be sent again without harm."""


def change_of(old: Mapping[str, Any] | None, new: Mapping[str, Any]) -> dict[str, Any] | None:
    """The event that tells of the change between two images of a Job item, or None if nothing of interest changed.

    ``changed`` lists which of status, step, cancel_requested and release_at differ; ``webhook`` is there if the job's
    webhook is to tell of the change, and says as what.
    """
    before = old or {}
    changed = [name for name, fields in _WATCHED.items() if any(before.get(f) != new.get(f) for f in fields)]
    if not changed:
        return None
    asked_for = job_event(old, new)
    return {
        "job_id": new["job_id"],
        "tenant_id": new["tenant_id"],
        "type": new["type"],
        "status": new["status"],
        "previous": before.get("status"),
        "current_step": new.get("current_step"),
        "step_status": new.get("step_status"),
        "run_id": new.get("current_run_id"),
        "version": new["version"],
        "cancel_requested": "cancel_requested_at" in new,
        "changed": changed,
        "correlation_id": new.get("correlation_id"),
        "occurred_at": new.get("updated_at"),
    } | ({"webhook": asked_for} if asked_for else {})


def opening_of(old: Mapping[str, Any] | None, new: Mapping[str, Any]) -> dict[str, Any] | None:
    """The event that tells that the scheduler may claim more than before: started, or given higher limits.

    Slots taken and freed change the same item all the time; ``config_version`` tells those changes apart.
    """
    before = old or {}
    if new.get("config_version", 0) == before.get("config_version", 0) or not new.get("scheduler_running", True):
        return None
    return {"config_version": new["config_version"]}


def reschedule_of(old: Mapping[str, Any] | None, new: Mapping[str, Any]) -> dict[str, Any] | None:
    """The event that tells that EventBridge Scheduler has to follow a Schedule item; ``revision`` tells when."""
    if new["revision"] == (old or {}).get("revision"):
        return None
    return {"schedule_id": new["schedule_id"], "tenant_id": new["tenant_id"], "revision": new["revision"]}


def publish(changes: Iterable[Mapping[str, Any]]) -> None:
    """Put the events on the bus.

    Raises:
        PublishError: the bus refused some of them.
    """
    entries: list[Any] = [
        {
            "EventBusName": settings().event_bus_name,
            "Source": SOURCE,
            "DetailType": next(kind for name, kind in _KINDS.items() if name in change),
            "Detail": json.dumps(change, ensure_ascii=False),
        }
        for change in changes
    ]
    for start in range(0, len(entries), _ENTRIES_PER_CALL):
        answer = events().put_events(Entries=entries[start : start + _ENTRIES_PER_CALL])
        if answer["FailedEntryCount"]:
            raise PublishError(f"{answer['FailedEntryCount']} events were not taken")
