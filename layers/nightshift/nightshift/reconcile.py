"""The net under the events: find what was missed, and do what the event would have done."""

import logging
from datetime import datetime
from typing import Any

from nightshift import dispatch, executions, transitions
from nightshift.clients import dynamodb
from nightshift.clock import rfc3339
from nightshift.finish import LOST, finish
from nightshift.models.job import Job
from nightshift.models.run import Run
from nightshift.models.status import JobStatus
from nightshift.settings import settings
from nightshift.store.items import from_item, to_item
from nightshift.store.keys import DUE_INDEX
from nightshift.store.reads import find_job, find_run
from nightshift.store.scheduler import drop_idle_counters

logger = logging.getLogger(__name__)

_OVERDUE_AT_MOST = 100


def reconcile(now: datetime) -> dict[str, int]:
    """Heal what is overdue, a bounded page of each kind; returns how much was looked at and started.

    One job that cannot be healed does not keep the others from it: it is logged and stays overdue.
    """
    running, scheduled = _overdue(JobStatus.RUNNING, now), _overdue(JobStatus.SCHEDULED, now)
    candidates = []
    for job_id in running + scheduled:
        try:
            if (job := find_job(job_id)) and job.status is JobStatus.RUNNING:
                check_running(job, now)
            elif candidate := dispatch.attend(job_id, now):
                candidates.append(candidate)
        except Exception:
            logger.exception("could not reconcile", extra={"job_id": job_id})
    started = dispatch.fill(candidates, now)
    drop_idle_counters()
    return {"running": len(running), "scheduled": len(scheduled), "started": len(started)}


def check_running(job: Job, now: datetime) -> None:
    """Compare a running job with its execution, and settle what differs."""
    run = find_run(job.job_id, job.run_number)
    if run is None or settle(run, now):
        return
    if run.execution_arn is None:
        executions.start(run)
    dispatch.stop_if_cancelled(job, run, now)
    transitions.look_again_later(job, run, now)


def settle(run: Run, now: datetime) -> bool:
    """End a run whose execution has ended or gone; False if it goes on or has not begun."""
    if run.execution_arn is None:
        return False
    execution = executions.describe(run.execution_arn)
    if execution is None:
        return finish(run.job_id, run.run_number, LOST, now)
    return execution.has_ended and finish(run.job_id, run.run_number, execution, now)


def monitor(job: Job, now: datetime) -> Job:
    """The job, after its end was settled if nobody had heard of it. Starts and stops nothing."""
    run = find_run(job.job_id, job.run_number) if job.status is JobStatus.RUNNING else None
    if run and settle(run, now):
        return find_job(job.job_id) or job
    return job


def _overdue(status: JobStatus, now: datetime) -> list[str]:
    arguments: dict[str, Any] = {":due": f"DUE#{status}", ":now": rfc3339(now)}
    found = dynamodb().query(
        TableName=settings().table_name,
        IndexName=DUE_INDEX,
        KeyConditionExpression="due_pk = :due AND due_at <= :now",
        ExpressionAttributeValues=to_item(arguments),
        Limit=_OVERDUE_AT_MOST,
    )
    return [from_item(item)["pk"].removeprefix("JOB#") for item in found["Items"]]
