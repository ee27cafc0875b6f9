"""Turning the times of a schedule into jobs: one job for each time, however often it is told."""

import logging
import time
import uuid
from datetime import datetime, timedelta
from functools import cache

from pydantic import TypeAdapter

from nightshift import transitions
from nightshift.models.job import Job
from nightshift.models.requests import AnyJobRequest, JobRequest
from nightshift.models.schedule import Overlap, Schedule, Skip
from nightshift.models.tenant import Tenant
from nightshift.recurrence import next_trigger
from nightshift.store import schedules as store
from nightshift.store.keys import tenant_key
from nightshift.store.reads import find_item, find_job
from nightshift.store.write import tries
from nightshift.submit import new_job

logger = logging.getLogger(__name__)

PRECISION = timedelta(minutes=1)
"""How long after its time EventBridge may tell of it."""


class ScheduleContendedError(Exception):
    """The schedule changed at each try; its time has to be told again."""


def fire(schedule_id: str, scheduled_time: datetime, now: datetime) -> Job | None:
    """Make the job of that time, whoever tells of it; None if it was made before, or none is to be made.

    The time counts only if the schedule as it is now is due then: one that was deleted, disabled or given other times
    meanwhile fires nothing, and EventBridge Scheduler is brought in line with it.

    Raises:
        ScheduleContendedError: other writers were quicker every time.
    """
    for _ in tries():
        schedule = store.find_schedule(schedule_id)
        if schedule is None:
            return None
        due = _due_at(schedule, scheduled_time)
        if due is None:
            if bring_in_line(schedule, now):
                return None
            continue
        if _was_decided(schedule, due):
            return None
        skip = _why_not(schedule)
        passed = {
            "last_trigger_at": max(due, schedule.last_trigger_at or due),
            "next_trigger_at": next_trigger(schedule, max(due, now)),
            "last_skip": skip,
        }
        if skip:
            if store.change(schedule, passed, now).apply():
                logger.info("skipped: %s", skip, extra={"schedule_id": schedule_id, "tenant_id": schedule.tenant_id})
                return None
            continue
        job = job_of(schedule, str(uuid.uuid5(uuid.UUID(schedule_id), due.isoformat())), None, now)
        told = store.change(schedule, passed | {"last_job_id": job.job_id}, now)
        if transitions.create_with(job, told.write):
            return job
        if find_job(job.job_id):
            return None
    raise ScheduleContendedError(schedule_id)


def fire_missed(now: datetime, deadline: float) -> list[Job]:
    """Fire the schedules that were due and did not, for as long as ``time.monotonic()`` is before the deadline.

    One job stands for all the times that were missed in between.
    """
    made: list[Job] = []
    seen: set[str] = set()
    # Whoever was fired is no longer overdue, so each query gives the next page.
    while fresh := [schedule_id for schedule_id in store.overdue_schedules(now) if schedule_id not in seen]:
        for schedule_id in fresh:
            if time.monotonic() > deadline:
                return made
            seen.add(schedule_id)
            if job := _fire_missed(schedule_id, now):
                made.append(job)
    return made


def bring_in_line(schedule: Schedule, now: datetime) -> bool:
    """Have EventBridge Scheduler follow the schedule; False if it has changed since it was read."""
    return store.change(schedule, {"next_trigger_at": next_trigger(schedule, now)}, now, revise=True).apply()


def unfinished(schedule: Schedule) -> Job | None:
    """The schedule's last job, if no other may be made because it has not ended."""
    if schedule.overlap is Overlap.ALLOW or schedule.last_job_id is None:
        return None
    job = find_job(schedule.last_job_id)
    return job if job and not job.is_terminal else None


def job_of(schedule: Schedule, job_id: str, correlation_id: str | None, now: datetime) -> Job:
    """A job of the schedule, not written yet."""
    job = new_job(schedule.tenant_id, job_id, _request().validate_python(schedule.job), correlation_id, now)
    return job.model_copy(update={"schedule_id": schedule.schedule_id, "webhook": schedule.webhook})


def _fire_missed(schedule_id: str, now: datetime) -> Job | None:
    try:
        schedule = store.find_schedule(schedule_id)
        if schedule is None or schedule.next_trigger_at is None or schedule.next_trigger_at > now:
            return None  # the index lags
        job = fire(schedule_id, schedule.next_trigger_at, now)
        # It did not fire by itself: perhaps EventBridge Scheduler does not know it as it is.
        if fired := store.find_schedule(schedule_id):
            bring_in_line(fired, now)
        return job
    except Exception:
        logger.exception("could not fire", extra={"schedule_id": schedule_id})
        store.look_again_later(schedule_id, now)
        return None


def _due_at(schedule: Schedule, scheduled_time: datetime) -> datetime | None:
    """The time of the schedule that a message of ``scheduled_time`` tells of."""
    due = next_trigger(schedule, scheduled_time - PRECISION)
    return due if due and due <= scheduled_time else None


def _why_not(schedule: Schedule) -> Skip | None:
    tenant = find_item(tenant_key(schedule.tenant_id))
    if tenant and Tenant.model_validate(tenant).disabled:
        return Skip.TENANT_DISABLED
    return Skip.UNFINISHED if unfinished(schedule) else None


def _was_decided(schedule: Schedule, due: datetime) -> bool:
    # With overlap allowed, a time told late still gets its job, and the job's id tells whether it had one. Where a
    # job may have been skipped no id can tell.
    last = schedule.last_trigger_at
    return schedule.overlap is Overlap.SKIP and last is not None and due <= last


@cache
def _request() -> TypeAdapter[JobRequest]:
    return TypeAdapter(AnyJobRequest)
