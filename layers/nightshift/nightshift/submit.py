"""Taking in a new job."""

import json
import uuid
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

from nightshift import transitions
from nightshift.errors import InvalidRequestError, StateConflictError, TooLargeError
from nightshift.idempotency import derived_id, refuse_another, request_hash_of
from nightshift.job_types import JOB_TYPES
from nightshift.models.job import Job
from nightshift.models.requests import JobRequest
from nightshift.models.status import JobStatus
from nightshift.settings import settings
from nightshift.store.reads import find_job
from nightshift.store.write import tries
from nightshift.webhooks.intake import take_in

_FURTHEST_RUN_AT = timedelta(days=366)
_PARAMS_BYTES_AT_MOST = 64 * 1024


@dataclass(frozen=True, slots=True)
class Submitted:
    """The job as it is now; ``replayed`` if an earlier request with the same key made it."""

    job: Job
    replayed: bool


def submit(
    tenant_id: str, request: JobRequest, idempotency_key: str | None, correlation_id: str | None, now: datetime
) -> Submitted:
    """Write the job, SCHEDULED if ``run_at`` lies ahead, WAITING if its first step is done elsewhere, else QUEUED.

    With an idempotency key the id is derived from it, so that the same request makes one job however often and
    however concurrently it comes.

    Raises:
        InvalidRequestError: ``run_at`` is too far ahead, ``timeout_seconds`` is more than the deployment offers, its
            upload is not there or not kept until ``run_at``, the webhook's URL is refused, or the key was used for
            another request.
        TooLargeError: the params are over 64 KB.
    """
    job_id = derived_id(tenant_id, idempotency_key) if idempotency_key else None
    return make(identified(tenant_id, request, job_id, correlation_id, now), transitions.create)


def identified(
    tenant_id: str, request: JobRequest, derived: str | None, correlation_id: str | None, now: datetime
) -> Job:
    """The job that the request asks for, not written yet; one with a derived id can tell a repeated request.

    Raises: as ``new_job`` and ``refuse_too_long``.
    """
    refuse_too_long(request)
    job = new_job(tenant_id, derived or str(uuid.uuid4()), request, correlation_id, now)
    refuse_unknown_upload(job)
    request_hash = request_hash_of(request.model_dump(mode="json")) if derived else None
    return job.model_copy(update={"request_hash": request_hash})


def make(job: Job, write: Callable[[Job], bool]) -> Submitted:
    """Write the job by ``write``, or find what an earlier request with the same key wrote.

    Raises:
        InvalidRequestError: the key was used for another request.
        StateConflictError: other writers were in the way each time.
    """
    for _ in tries():
        if write(job):
            return Submitted(job, replayed=False)
        existing = find_job(job.job_id)
        if existing is not None:
            refuse_another(existing.request_hash, job.request_hash)
            return Submitted(existing, replayed=True)
    raise StateConflictError("The job could not be written for other writers; try again.")


def refuse_unknown_upload(job: Job) -> None:
    """Raises InvalidRequestError if the job is to work on an upload that is not there, or is not kept until then."""
    if image_artifact := job.params.get("image_artifact"):
        from nightshift.uploads import require_upload

        require_upload(job.tenant_id, image_artifact, job.run_at)


def refuse_too_long(request: JobRequest) -> None:
    """Raises InvalidRequestError if the deployment has nothing that could run a worker for so long."""
    longest = settings().longest_seconds
    if request.timeout_seconds and request.timeout_seconds > longest:
        raise InvalidRequestError(
            f"timeout_seconds is more than {longest}, the most that a worker may take here: "
            "this deployment has no Fargate tasks for more."
        )


def refuse_too_far(run_at: datetime | None, now: datetime) -> None:
    """Raises InvalidRequestError if the time is more than a year ahead."""
    if run_at and run_at > now + _FURTHEST_RUN_AT:
        raise InvalidRequestError("run_at lies more than a year ahead.")


def new_job(tenant_id: str, job_id: str, request: JobRequest, correlation_id: str | None, now: datetime) -> Job:
    """The job that the request asks for, not written yet.

    Raises:
        InvalidRequestError: ``run_at`` is more than a year ahead or cannot be kept, or the webhook's URL is refused.
        TooLargeError: the params are over 64 KB.
    """
    refuse_too_far(request.run_at, now)
    params = request.params.model_dump(mode="json", exclude_none=True)
    if len(json.dumps(params, ensure_ascii=False).encode()) > _PARAMS_BYTES_AT_MOST:
        raise TooLargeError(f"params are larger than {_PARAMS_BYTES_AT_MOST // 1024} KB.")
    deferred = request.run_at is not None and request.run_at > now
    waits = JOB_TYPES[request.type].begins_outside(params)
    if deferred and waits:
        raise InvalidRequestError("A job that waits for a step done elsewhere cannot have a run_at as well.")
    return Job(
        job_id=job_id,
        tenant_id=tenant_id,
        type=request.type,
        status=JobStatus.SCHEDULED if deferred else JobStatus.WAITING if waits else JobStatus.QUEUED,
        params=params,
        priority=request.priority,
        tags=tuple(dict.fromkeys(request.tags)),
        run_at=request.run_at,
        created_at=now,
        updated_at=now,
        queued_at=None if deferred or waits else now,
        max_attempts=request.max_attempts,
        timeout_seconds=request.timeout_seconds or JOB_TYPES[request.type].timeout_seconds,
        webhook=take_in(tenant_id, request.webhook),
        correlation_id=correlation_id or job_id,
    )
