"""Changing a job that has not begun, and beginning one again that has ended or waits."""

import json
from datetime import datetime
from typing import Any

from pydantic import ValidationError

from nightshift import transitions
from nightshift.errors import InvalidRequestError, NotFoundError, StateConflictError, field_errors
from nightshift.job_types import JOB_TYPES
from nightshift.models.job import Job, Resume
from nightshift.models.requests import JobPatch
from nightshift.models.status import PENDING, TERMINAL, JobStatus
from nightshift.stages import finished_elsewhere, resume_at
from nightshift.store.articles import followed_by
from nightshift.store.reads import get_job
from nightshift.store.write import tries
from nightshift.submit import refuse_too_far, refuse_unknown_upload
from nightshift.webhooks.intake import take_in


def patch(tenant_id: str, job_id: str, wanted: JobPatch, now: datetime) -> Job:
    """Change what the client named; ``run_at`` null or past puts a scheduled job into the queue.

    Raises:
        NotFoundError: the tenant has no such job.
        StateConflictError: the job is running or has ended, or waits for no time.
        InvalidRequestError: ``run_at`` is too far ahead or its upload is not kept until then, or the webhook's URL is
            refused.
    """
    for _ in tries():
        job = get_job(tenant_id, job_id)
        if job.status not in PENDING:
            raise StateConflictError(f"Job {job_id} is {job.status}; only a job that waits can be changed.")
        if job.status is JobStatus.WAITING and "run_at" in wanted.model_fields_set:
            raise StateConflictError(f"Job {job_id} is WAITING for a step done elsewhere; it has no time to run at.")
        changes: dict[str, Any] = {name: getattr(wanted, name) for name in wanted.model_fields_set}
        if "tags" in changes:
            changes["tags"] = tuple(dict.fromkeys(wanted.tags))
        status = job.status
        if "run_at" in changes:
            refuse_too_far(wanted.run_at, now)
            status = JobStatus.SCHEDULED if wanted.run_at and wanted.run_at > now else JobStatus.QUEUED
            if wanted.run_at:
                refuse_unknown_upload(job.model_copy(update={"run_at": wanted.run_at}))
            # The client's time takes the place of a retry's.
            changes["next_attempt_at"] = None
        if "webhook" in changes:
            changes["webhook"] = take_in(tenant_id, wanted.webhook)
        if transitions.amend(job, changes, status, now):
            return get_job(tenant_id, job_id)
    raise StateConflictError(f"Job {job_id} keeps changing; try again.")


def retry(tenant_id: str, job_id: str, from_step: str | None, now: datetime) -> Job:
    """Queue an ended job again, to go on where it failed or at the beginning of ``from_step``.

    One whose first step is to be done elsewhere, and is not done, waits for it again.

    Raises:
        NotFoundError: the tenant has no such job.
        StateConflictError: the job has not ended or has completed, the step before ``from_step`` is not done, or its
            article was deleted or has another job by now.
        InvalidRequestError: jobs of its type have no such step.
    """
    for _ in tries():
        job = get_job(tenant_id, job_id)
        if job.status not in TERMINAL - {JobStatus.COMPLETED}:
            raise StateConflictError(
                f"Job {job_id} is {job.status}; only one that failed, was cancelled or was skipped can be retried."
            )
        _refuse_left(job)
        steps = JOB_TYPES[job.type].steps
        if from_step is not None and from_step not in steps:
            raise InvalidRequestError(f"A job of type {job.type} has no step {from_step}; it has {', '.join(steps)}.")
        finished = finished_elsewhere(job, now)
        if finished and from_step is None:
            from_step = steps[steps.index(finished.name) + 1]
        resume = resume_at(job, from_step, finished) if from_step else _where_it_failed(job)
        waits = JOB_TYPES[job.type].begins_outside(job.params) and not (resume and resume.iteration)
        status = JobStatus.WAITING if waits else JobStatus.QUEUED
        if transitions.requeue(job, resume, now, status=status, finished=finished):
            return get_job(tenant_id, job_id)
    raise StateConflictError(f"Job {job_id} keeps changing; try again.")


def run_stage(tenant_id: str, job_id: str, stage: str, overrides: dict[str, Any], now: datetime) -> Job:
    """Queue the job for a run of that stage alone; ``overrides`` are params that hold for this run only.

    Raises:
        NotFoundError: the tenant has no such job, or jobs of its type no such stage.
        StateConflictError: the job is queued or running, the stage before is not done, or its article was deleted or
            has another job by now.
        InvalidRequestError: the params with the overrides are none of the job's type.
    """
    for _ in tries():
        job = get_job(tenant_id, job_id)
        steps = JOB_TYPES[job.type].steps
        if stage not in steps:
            raise NotFoundError(f"A job of type {job.type} has no stage {stage}; it has {', '.join(steps)}.")
        if job.status is not JobStatus.WAITING and not job.is_terminal:
            raise StateConflictError(f"Job {job_id} is {job.status}; a stage can be run when the job does not.")
        _refuse_left(job)
        finished = finished_elsewhere(job, now)
        beginning = resume_at(job, stage, finished) or Resume()
        alone = beginning.model_copy(update={"alone": True, "overrides": _checked(job, overrides)})
        if transitions.requeue(job, alone, now, finished=finished):
            return get_job(tenant_id, job_id)
    raise StateConflictError(f"Job {job_id} keeps changing; try again.")


def _refuse_left(job: Job) -> None:
    """So that an article has one live job at most, and a deleted one none."""
    if job.article_id and followed_by(job) is None:
        raise StateConflictError(f"Article {job.article_id} was deleted, or another job writes it by now.")


def _where_it_failed(job: Job) -> Resume | None:
    # The time a job may take is counted anew: it did not run while nobody asked it to.
    return job.resume and job.resume.model_copy(update={"started_at": None, "alone": False, "overrides": {}})


def _checked(job: Job, overrides: dict[str, Any]) -> dict[str, Any]:
    try:
        params = JOB_TYPES[job.type].params.model_validate_json(json.dumps(job.params | overrides))
    except ValidationError as error:
        refusal = InvalidRequestError("The job's params with these overrides are not valid.")
        refusal.errors = field_errors(error.errors(), "body", "overrides")
        raise refusal from error
    checked = params.model_dump(mode="json")
    return {name: checked[name] for name in overrides}
