"""Taking in a new job."""

import hashlib
import json
import uuid
from dataclasses import dataclass
from datetime import datetime, timedelta

from nightshift import transitions
from nightshift.errors import InvalidRequestError
from nightshift.job_types import JOB_TYPES
from nightshift.models.job import Job
from nightshift.models.requests import JobRequest
from nightshift.models.status import JobStatus
from nightshift.store.reads import get_job

_FURTHEST_RUN_AT = timedelta(days=366)
_NAMESPACE = uuid.UUID("6f1b7a53-5a0c-5d0e-9a3b-0f6f5a8e2c11")


@dataclass(frozen=True, slots=True)
class Submitted:
    """The job as it is now; ``replayed`` if an earlier request with the same key made it."""

    job: Job
    replayed: bool


def submit(
    tenant_id: str, request: JobRequest, idempotency_key: str | None, correlation_id: str | None, now: datetime
) -> Submitted:
    """Write the job, SCHEDULED if ``run_at`` lies ahead, else QUEUED.

    With an idempotency key the id is derived from it, so that the same request makes one job however often and
    however concurrently it comes.

    Raises:
        InvalidRequestError: ``run_at`` is too far ahead, or the key was used for another request.
    """
    refuse_too_far(request.run_at, now)
    job = _new_job(tenant_id, request, idempotency_key, correlation_id, now)
    if transitions.create(job):
        return Submitted(job, replayed=False)
    existing = get_job(tenant_id, job.job_id)
    if existing.request_hash != job.request_hash:
        raise InvalidRequestError("This Idempotency-Key was used for another request; send a new key.")
    return Submitted(existing, replayed=True)


def refuse_too_far(run_at: datetime | None, now: datetime) -> None:
    """Raises InvalidRequestError if the time is more than a year ahead."""
    if run_at and run_at > now + _FURTHEST_RUN_AT:
        raise InvalidRequestError("run_at lies more than a year ahead.")


def _new_job(
    tenant_id: str, request: JobRequest, idempotency_key: str | None, correlation_id: str | None, now: datetime
) -> Job:
    deferred = request.run_at is not None and request.run_at > now
    job_id = uuid.uuid5(_NAMESPACE, f"{tenant_id}\n{idempotency_key}") if idempotency_key else uuid.uuid4()
    return Job(
        job_id=str(job_id),
        tenant_id=tenant_id,
        type=request.type,
        status=JobStatus.SCHEDULED if deferred else JobStatus.QUEUED,
        params=request.params.model_dump(mode="json", exclude_none=True),
        request_hash=_hash(request) if idempotency_key else None,
        priority=request.priority,
        tags=tuple(dict.fromkeys(request.tags)),
        run_at=request.run_at,
        created_at=now,
        updated_at=now,
        queued_at=None if deferred else now,
        max_attempts=request.max_attempts,
        timeout_seconds=request.timeout_seconds or JOB_TYPES[request.type].timeout_seconds,
        correlation_id=correlation_id,
    )


def _hash(request: JobRequest) -> str:
    body = json.dumps(request.model_dump(mode="json"), sort_keys=True)
    return hashlib.sha256(body.encode()).hexdigest()
