"""What clients wish of schedules: make, change, delete, trigger now."""

from datetime import datetime
from itertools import pairwise
from typing import Any

from nightshift import transitions
from nightshift.errors import InvalidRequestError, NotFoundError, StateConflictError
from nightshift.firing import job_of, unfinished
from nightshift.idempotency import Made, new_id, replay, request_hash_of
from nightshift.models.requests import JobRequest
from nightshift.models.schedule import Schedule
from nightshift.models.schedule_requests import SchedulePatch, ScheduleRequest
from nightshift.recurrence import next_trigger, upcoming
from nightshift.store import schedules as store
from nightshift.store.keys import schedule_key
from nightshift.store.reads import find_job, find_owned
from nightshift.store.write import tries
from nightshift.submit import Submitted, refuse_too_long, refuse_unknown_upload
from nightshift.uploads import kept_for
from nightshift.webhooks.intake import take_in

_LOOKED_AT = 13
"""Times of a schedule: those of a month's day in more than a year."""


def create_schedule(
    tenant_id: str, request: ScheduleRequest, idempotency_key: str | None, now: datetime
) -> Made[Schedule]:
    """Write the schedule; EventBridge Scheduler follows.

    Raises:
        InvalidRequestError: it would never fire, its webhook's URL is refused, its upload is not there or not kept from
            one time to the next, or the key was used for another request.
        StateConflictError: the schedule that the key made was deleted.
        TooLargeError: the job's params are over 64 KB.
    """
    schedule = Schedule(
        schedule_id=new_id(tenant_id, "schedule", idempotency_key),
        tenant_id=tenant_id,
        **request.model_dump(exclude={"job"}),
        **_job_as_kept(tenant_id, request.job),
        request_hash=request_hash_of(request.model_dump(mode="json")) if idempotency_key else None,
        since=_whole_second(now),
        created_at=now,
        updated_at=now,
    )
    _refuse_unkept_upload(schedule, now)
    schedule = schedule.model_copy(update={"next_trigger_at": _first_trigger(schedule, now)})
    if store.create(schedule):
        return Made(schedule, replayed=False)
    existing = store.find_schedule(schedule.schedule_id)
    gone = existing is None or existing.deleted_at
    return replay(schedule, None if gone else existing, "schedule")


def get_schedule(tenant_id: str, schedule_id: str) -> Schedule:
    """Raises NotFoundError if the tenant has no such schedule."""
    schedule = find_owned(Schedule, schedule_key(schedule_id), tenant_id)
    if schedule is None or schedule.deleted_at:
        raise NotFoundError(f"There is no schedule {schedule_id}.")
    return schedule


def patch_schedule(tenant_id: str, schedule_id: str, wanted: SchedulePatch, now: datetime) -> Schedule:
    """Change what the client named. Other times, or being enabled, begin to count now.

    Raises:
        NotFoundError: the tenant has no such schedule.
        InvalidRequestError: it would never fire, its webhook's URL is refused, or its upload is not there or not kept
            from one time to the next.
        TooLargeError: the job's params are over 64 KB.
    """
    for _ in tries():
        schedule = get_schedule(tenant_id, schedule_id)
        changes = _changes(tenant_id, wanted)
        amended = schedule.model_copy(update=changes)
        retimed = _times(amended) != _times(schedule)
        if wanted.job or (retimed and amended.enabled):
            _refuse_unkept_upload(amended, now)
        if retimed:
            amended = amended.model_copy(update={"since": _whole_second(now)})
            next_trigger_at = _first_trigger(amended, now) if amended.enabled else None
            changes |= {"since": amended.since, "next_trigger_at": next_trigger_at}
        if store.change(schedule, changes, now, revise=retimed).apply():
            return get_schedule(tenant_id, schedule_id)
    raise StateConflictError(f"Schedule {schedule_id} keeps changing; try again.")


def delete_schedule(tenant_id: str, schedule_id: str, now: datetime) -> None:
    """Fire it no more. Its jobs stay.

    Raises:
        NotFoundError: the tenant has no such schedule.
    """
    for _ in tries():
        if store.delete(get_schedule(tenant_id, schedule_id), now):
            return
    raise StateConflictError(f"Schedule {schedule_id} keeps changing; try again.")


def trigger(
    tenant_id: str, schedule_id: str, idempotency_key: str | None, correlation_id: str | None, now: datetime
) -> Submitted:
    """Make a job of the schedule now, enabled or not; its times stay as they are.

    Raises:
        NotFoundError: the tenant has no such schedule.
        StateConflictError: its last job has not ended, and overlap is ``skip``.
        InvalidRequestError: its upload is no longer there.
    """
    job_id = new_id(tenant_id, f"trigger\n{schedule_id}", idempotency_key)
    for _ in tries():
        schedule = get_schedule(tenant_id, schedule_id)
        if idempotency_key and (existing := find_job(job_id)):
            return Submitted(existing, replayed=True)
        if busy := unfinished(schedule):
            raise StateConflictError(
                f"Job {busy.job_id} of schedule {schedule_id} is {busy.status}; with overlap skip no other is made."
            )
        job = job_of(schedule, job_id, correlation_id, now)
        refuse_unknown_upload(job)
        told = store.change(schedule, {"last_job_id": job_id}, now)
        if transitions.create_with(job, told.write):
            return Submitted(job, replayed=False)
    raise StateConflictError(f"Schedule {schedule_id} keeps changing; try again.")


def _job_as_kept(tenant_id: str, job: JobRequest) -> dict[str, Any]:
    refuse_too_long(job)
    return {
        "job": job.model_dump(mode="json", exclude_none=True, exclude={"webhook"}),
        "webhook": take_in(tenant_id, job.webhook),
    }


def _refuse_unkept_upload(schedule: Schedule, now: datetime) -> None:
    """Each job that uses an upload has it kept anew: refuse one that would be gone before the first, or the next."""
    job = job_of(schedule, schedule.schedule_id, None, now)  # refuses what could not be made later
    if "image_artifact" not in job.params or not schedule.enabled:
        refuse_unknown_upload(job)
        return
    times = upcoming(schedule.cron, schedule.rate, schedule.timezone, now, _LOOKED_AT)
    refuse_unknown_upload(job.model_copy(update={"run_at": times[0] if times else None}))
    if any(later - earlier > kept_for() for earlier, later in pairwise(times)):
        raise InvalidRequestError(
            f"image_artifact: an upload is kept for {kept_for().days} days after its last use, "
            "and this schedule is due less often; name an image_url instead."
        )


def _changes(tenant_id: str, wanted: SchedulePatch) -> dict[str, Any]:
    changes = {name: getattr(wanted, name) for name in wanted.model_fields_set}
    if wanted.job:
        changes |= _job_as_kept(tenant_id, wanted.job)
    if "cron" in changes:
        changes["rate"] = None
    elif "rate" in changes:
        changes["cron"] = None
    return changes


def _times(schedule: Schedule) -> tuple[Any, ...]:
    return schedule.cron, schedule.rate, schedule.timezone, schedule.enabled


def _first_trigger(schedule: Schedule, now: datetime) -> datetime | None:
    first = next_trigger(schedule, now)
    if first is None and schedule.enabled:
        raise InvalidRequestError(f"{schedule.expression} never fires in {schedule.timezone} from now on.")
    return first


def _whole_second(instant: datetime) -> datetime:
    # EventBridge Scheduler counts a rate from a whole second.
    return instant.replace(microsecond=0)
