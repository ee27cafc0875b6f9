"""Changing a job that has not begun, and beginning one again that has ended."""

from datetime import datetime
from typing import Any

from nightshift import transitions
from nightshift.errors import InvalidRequestError, StateConflictError
from nightshift.job_types import JOB_TYPES
from nightshift.models.job import Job
from nightshift.models.requests import JobPatch
from nightshift.models.status import PENDING, TERMINAL, JobStatus
from nightshift.store.reads import get_job
from nightshift.submit import refuse_too_far
from nightshift.webhooks.intake import take_in

_TRIES = 8


def patch(tenant_id: str, job_id: str, wanted: JobPatch, now: datetime) -> Job:
    """Change what the client named; ``run_at`` null or past puts a scheduled job into the queue.

    Raises:
        NotFoundError: the tenant has no such job.
        StateConflictError: the job is running or has ended.
        InvalidRequestError: ``run_at`` is too far ahead, or the webhook's URL is refused.
    """
    for _ in range(_TRIES):
        job = get_job(tenant_id, job_id)
        if job.status not in PENDING:
            raise StateConflictError(f"Job {job_id} is {job.status}; only a job that waits can be changed.")
        changes: dict[str, Any] = {name: getattr(wanted, name) for name in wanted.model_fields_set}
        if "tags" in changes:
            changes["tags"] = tuple(dict.fromkeys(wanted.tags))
        status = job.status
        if "run_at" in changes:
            refuse_too_far(wanted.run_at, now)
            status = JobStatus.SCHEDULED if wanted.run_at and wanted.run_at > now else JobStatus.QUEUED
            # The client's time takes the place of a retry's.
            changes["next_attempt_at"] = None
        if "webhook" in changes:
            changes["webhook"] = take_in(tenant_id, wanted.webhook)
        if transitions.amend(job, changes, status, now):
            return get_job(tenant_id, job_id)
    raise StateConflictError(f"Job {job_id} keeps changing; try again.")


def retry(tenant_id: str, job_id: str, from_step: str | None, now: datetime) -> Job:
    """Queue an ended job again, to go on where it failed or at the beginning of ``from_step``.

    Raises:
        NotFoundError: the tenant has no such job.
        StateConflictError: the job has not ended, or has completed.
        InvalidRequestError: jobs of its type have no such step.
    """
    for _ in range(_TRIES):
        job = get_job(tenant_id, job_id)
        if job.status not in TERMINAL - {JobStatus.COMPLETED}:
            raise StateConflictError(
                f"Job {job_id} is {job.status}; only one that failed, was cancelled or was skipped can be retried."
            )
        steps = JOB_TYPES[job.type].steps
        if from_step is not None and from_step not in steps:
            raise InvalidRequestError(f"A job of type {job.type} has no step {from_step}; it has {', '.join(steps)}.")
        # The time a job may take is counted anew: it did not run while nobody asked it to.
        resume = job.resume.model_copy(update={"started_at": None}) if job.resume and from_step is None else None
        if transitions.requeue(job, resume, now):
            return get_job(tenant_id, job_id)
    raise StateConflictError(f"Job {job_id} keeps changing; try again.")
