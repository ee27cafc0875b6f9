"""Mirrors the times of jobs and schedules into EventBridge Scheduler and, for short delays, into the dispatch queue."""

import json
from datetime import datetime, timedelta
from typing import Any

from nightshift.clients import scheduler
from nightshift.dispatch import send_later
from nightshift.models.status import JobStatus
from nightshift.recurrence import next_trigger
from nightshift.settings import settings
from nightshift.store.reads import find_job
from nightshift.store.schedules import find_schedule


def mirror(job_id: str, now: datetime) -> None:
    """Bring the job's schedule in line with the job as it is now, whatever event led here."""
    job = find_job(job_id)
    if job is None:
        return
    name = f"job-{job_id}"
    if job.status is not JobStatus.SCHEDULED:
        _delete(name)
    elif job.next_attempt_at:
        # Retries wait at most 10 minutes, within what SQS delays.
        send_later(job_id, job.next_attempt_at - now)
    elif job.run_at and job.run_at <= now:
        # EventBridge Scheduler may refuse a time that is past.
        send_later(job_id, timedelta())
    elif job.run_at:
        at = f"at({_whole_second(job.run_at):%Y-%m-%dT%H:%M:%S})"
        _put(name, at, "UTC", {"job_id": job.job_id}, ActionAfterCompletion="DELETE")


def mirror_schedule(schedule_id: str, now: datetime) -> None:
    """Bring EventBridge Scheduler in line with the schedule as it is now, whatever event led here."""
    schedule = find_schedule(schedule_id)
    coming = next_trigger(schedule, now) if schedule else None
    name = f"schedule-{schedule_id}"
    if schedule is None or coming is None:
        _delete(name)
        return
    message = {"schedule_id": schedule_id, "scheduled_time": "<aws.scheduler.scheduled-time>"}
    # A rate counts from its start; without one it would begin at once, and again with each change.
    start = {"StartDate": coming} if schedule.rate else {}
    _put(name, schedule.expression, schedule.timezone, message, **start)


def _whole_second(at: datetime) -> datetime:
    """Schedules know whole seconds; one that fired before its job is due would have fired in vain."""
    return at if at.microsecond == 0 else at.replace(microsecond=0) + timedelta(seconds=1)


def _put(name: str, expression: str, timezone: str, message: dict[str, str], **more: Any) -> None:
    """Create or replace the schedule that sends the message to the dispatch queue."""
    arguments: dict[str, Any] = {
        "Name": name,
        "GroupName": settings().schedule_group,
        "ScheduleExpression": expression,
        "ScheduleExpressionTimezone": timezone,
        "FlexibleTimeWindow": {"Mode": "OFF"},
        "State": "ENABLED",
        "Target": {
            "Arn": settings().dispatch_queue_arn,
            "RoleArn": settings().scheduler_role_arn,
            "Input": json.dumps(message),
        },
    }
    client = scheduler()
    try:
        client.create_schedule(**arguments, **more)
    except client.exceptions.ConflictException:
        client.update_schedule(**arguments, **more)


def _delete(name: str) -> None:
    client = scheduler()
    try:
        client.delete_schedule(Name=name, GroupName=settings().schedule_group)
    except client.exceptions.ResourceNotFoundException:
        return
