"""Batches: jobs made in one request, counted and cancelled together."""

import uuid
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from pydantic import TypeAdapter, ValidationError

from nightshift import transitions
from nightshift.cancel import cancel
from nightshift.errors import DomainError, InvalidRequestError, NotFoundError, StateConflictError, field_errors
from nightshift.idempotency import new_id, refuse_another, request_hash_of
from nightshift.models.batch import Batch
from nightshift.models.job import Job
from nightshift.models.requests import AnyJobRequest
from nightshift.models.webhook import WebhookEvent, WebhookRequest
from nightshift.store.keys import batch_key
from nightshift.store.listing import load_jobs
from nightshift.store.reads import find_item, find_owned, get_job
from nightshift.store.write import tries
from nightshift.submit import new_job, refuse_too_long, refuse_unknown_upload
from nightshift.webhooks.intake import take_in

_request: TypeAdapter[Any] = TypeAdapter(AnyJobRequest)


@dataclass(frozen=True, slots=True)
class Rejected:
    """A member that was not made, and why: ``errors`` are places and messages."""

    index: int
    errors: list[dict[str, Any]]


@dataclass(frozen=True, slots=True)
class SubmittedBatch:
    batch: Batch
    rejected: list[Rejected]
    replayed: bool


class AllRejectedError(InvalidRequestError):
    """No member of the batch could be made."""

    def __init__(self, rejected: list[Rejected]) -> None:
        super().__init__("No job of the batch is valid; nothing was made.")
        self.errors = [
            {"loc": ["body", "jobs", member.index, *error["loc"]], "msg": error["msg"]}
            for member in rejected
            for error in member.errors
        ]


def submit_batch(
    tenant_id: str,
    bodies: list[Any],
    idempotency_key: str | None,
    correlation_id: str | None,
    now: datetime,
    webhook: WebhookRequest | None = None,
) -> SubmittedBatch:
    """Make the valid members, all in one write; the others are reported by their index.

    Raises:
        AllRejectedError: there is no valid member.
        InvalidRequestError: the webhook's URL is refused, or the key was used for another request.
    """
    batch_id = new_id(tenant_id, "batch", idempotency_key)
    jobs: list[Job] = []
    rejected: list[Rejected] = []
    for index, body in enumerate(bodies):
        try:
            request = _request.validate_python(body)
            refuse_too_long(request)
            job_id = str(uuid.uuid5(uuid.UUID(batch_id), str(index)))
            job = new_job(tenant_id, job_id, request, correlation_id, now)
            refuse_unknown_upload(job)
        except ValidationError as error:
            rejected.append(Rejected(index, field_errors(error.errors())))
        except DomainError as error:
            rejected.append(Rejected(index, [{"loc": [], "msg": str(error)}]))
        else:
            jobs.append(job.model_copy(update={"batch_id": batch_id}))
    if not jobs:
        raise AllRejectedError(rejected)
    asked = [bodies, webhook and webhook.model_dump(mode="json")]
    batch = Batch(
        batch_id=batch_id,
        tenant_id=tenant_id,
        job_ids=tuple(job.job_id for job in jobs),
        request_hash=request_hash_of(asked) if idempotency_key else None,
        webhook=take_in(tenant_id, webhook, tuple(WebhookEvent)),
        created_at=now,
    )
    for _ in tries():
        if transitions.create_batch(batch, jobs):
            return SubmittedBatch(batch, rejected, replayed=False)
        # Taken, or another transaction was in the way: the same key, sent twice at once, is both in turn.
        if item := find_item(batch_key(batch_id)):
            existing = Batch.model_validate(item)
            refuse_another(existing.request_hash, batch.request_hash)
            return SubmittedBatch(existing, rejected, replayed=True)
    raise StateConflictError("The batch could not be written for other writers; try again.")


def get_batch(tenant_id: str, batch_id: str) -> Batch:
    """Raises NotFoundError if the tenant has no such batch."""
    batch = find_owned(Batch, batch_key(batch_id), tenant_id)
    if batch is None:
        raise NotFoundError(f"There is no batch {batch_id}.")
    return batch


def jobs_of(batch: Batch) -> list[Job]:
    """The batch's jobs as they are now, in the order they were asked for."""
    return load_jobs(list(batch.job_ids))


def cancel_batch(tenant_id: str, batch_id: str, now: datetime) -> Batch:
    """Cancel every member that has not ended.

    Raises:
        NotFoundError: the tenant has no such batch.
        StateConflictError: every member has ended already, or other writers were in the way of one each time.
    """
    batch = get_batch(tenant_id, batch_id)
    if batch.ended == len(batch.job_ids):
        raise StateConflictError(f"Batch {batch_id} is {batch.status}; there is nothing left to cancel.")
    for job in jobs_of(batch):
        if not job.is_terminal:
            _cancel_if_it_has_not_ended(job, now)
    return get_batch(tenant_id, batch_id)


def _cancel_if_it_has_not_ended(job: Job, now: datetime) -> None:
    try:
        cancel(job.tenant_id, job.job_id, now)
    except StateConflictError:
        if not get_job(job.tenant_id, job.job_id).is_terminal:
            raise
