"""Short words for what the tests do to schedules."""

from datetime import datetime
from typing import Any

from nightshift import clients
from nightshift.firing import fire
from nightshift.models.job import Job
from nightshift.models.schedule import Schedule
from nightshift.models.schedule_requests import SchedulePatch, ScheduleRequest
from nightshift.schedules import create_schedule, patch_schedule
from nightshift.store import schedules as store
from nightshift.store.listing import JobFilter, list_jobs
from tests.unit.control.jobs import SUCCEEDED, T0, TENANT, at, dispatched, end, fresh

PROBE = {"type": "probe", "params": {"cli": False}}


def made(now: datetime = T0, key: str | None = None, **request: Any) -> Schedule:
    """Every minute from T0, 09:30:00, on, unless asked otherwise."""
    times = {} if request.keys() & {"cron", "rate"} else {"rate": "1 minute"}
    wanted = ScheduleRequest.model_validate({"name": "s", "job": PROBE} | times | request)
    return create_schedule(TENANT, wanted, key, now).resource


def patched(schedule: Schedule, now: datetime, **changes: Any) -> Schedule:
    return patch_schedule(TENANT, schedule.schedule_id, SchedulePatch.model_validate(changes), now)


def now_of(schedule: Schedule) -> Schedule:
    found = store.find_schedule(schedule.schedule_id)
    assert found
    return found


def fired(schedule: Schedule, second: float, now: float | None = None) -> Job | None:
    return fire(schedule.schedule_id, at(second), at(second if now is None else now))


def jobs() -> list[Job]:
    return list_jobs(JobFilter(TENANT), 200, None).jobs


def finish(job: Job) -> None:
    assert job.job_id in dispatched(at(0))
    end(fresh(job)[1], SUCCEEDED)


def mirrored() -> dict[str, Any] | None:
    """What EventBridge Scheduler knows of the only schedule."""
    found = clients.scheduler().list_schedules(GroupName="nightshift")["Schedules"]
    if not found:
        return None
    (schedule,) = found
    return dict(clients.scheduler().get_schedule(Name=schedule["Name"], GroupName="nightshift"))
