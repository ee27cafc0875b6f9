"""Mirrors a job's times into EventBridge Scheduler and, for short delays, into the dispatch queue."""

import json
from datetime import datetime, timedelta
from typing import Any

from nightshift.clients import scheduler
from nightshift.dispatch import send_later
from nightshift.models.job import Job
from nightshift.models.status import JobStatus
from nightshift.settings import settings
from nightshift.store.reads import find_job


def mirror(job_id: str, now: datetime) -> None:
    """Bring the job's schedule in line with the job as it is now, whatever event led here."""
    job = find_job(job_id)
    if job is None:
        return
    if job.status is not JobStatus.SCHEDULED:
        _delete_schedule(job_id)
    elif job.next_attempt_at:
        # Retries wait at most 10 minutes, within what SQS delays.
        send_later(job_id, job.next_attempt_at - now)
    elif job.run_at:
        _put_schedule(job, job.run_at)


def _name(job_id: str) -> str:
    return f"job-{job_id}"


def _whole_second(at: datetime) -> datetime:
    """Schedules know whole seconds; one that fired before its job is due would have fired in vain."""
    return at if at.microsecond == 0 else at.replace(microsecond=0) + timedelta(seconds=1)


def _put_schedule(job: Job, at: datetime) -> None:
    arguments: dict[str, Any] = {
        "Name": _name(job.job_id),
        "GroupName": settings().schedule_group,
        "ScheduleExpression": f"at({_whole_second(at):%Y-%m-%dT%H:%M:%S})",
        "ScheduleExpressionTimezone": "UTC",
        "FlexibleTimeWindow": {"Mode": "OFF"},
        "ActionAfterCompletion": "DELETE",
        "State": "ENABLED",
        "Target": {
            "Arn": settings().dispatch_queue_arn,
            "RoleArn": settings().scheduler_role_arn,
            "Input": json.dumps({"job_id": job.job_id}),
        },
    }
    client = scheduler()
    try:
        client.create_schedule(**arguments)
    except client.exceptions.ConflictException:
        client.update_schedule(**arguments)


def _delete_schedule(job_id: str) -> None:
    client = scheduler()
    try:
        client.delete_schedule(Name=_name(job_id), GroupName=settings().schedule_group)
    except client.exceptions.ResourceNotFoundException:
        return
