"""The parts that the writes of a job are made of; ``transitions`` puts them together."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from nightshift.clock import rfc3339
from nightshift.models.base import Model
from nightshift.models.job import Job
from nightshift.models.status import JobStatus
from nightshift.store import lanes
from nightshift.store.keys import batch_key, job_key, listing_keys, status_keys
from nightshift.store.write import Update, put_new


def put_job(job: Job) -> dict[str, Any]:
    """Arguments of the PutItem of a new job, whose lane is listed first."""
    if job.status is JobStatus.QUEUED:
        lanes.touch(job.tenant_id, job.type, job.created_at)
    due_at = job.release_at if job.status is JobStatus.SCHEDULED else None
    values = job.model_dump(mode="json") | listing_keys(job) | status_keys(job, job.status, due_at)
    return put_new(values | {"entity": "Job"}, job_key(job.job_id))


def update_job(
    job: Job, now: datetime, *, values: Mapping[str, Any], condition: str, where: Mapping[str, Any]
) -> Update:
    """A change of the job, which counts its version up."""
    return Update(
        job_key(job.job_id),
        values={name: stored(value) for name, value in values.items()} | {"updated_at": stored(now)},
        add={"version": 1},
        condition=condition,
        where=where,
    )


def in_batch(job: Job, now: datetime, **change: int) -> list[dict[str, Any]]:
    """The write that counts the change in the job's batch, if it has one."""
    if not job.batch_id:
        return []
    # A batch of which a job is queued again is not at its end any more.
    values = {"updated_at": stored(now), "expires_at": None}
    return [Update(batch_key(job.batch_id), values=values, add=change | {"version": 1}).write]


def stored(value: Any) -> Any:
    """The value as the table keeps it."""
    if isinstance(value, Model):
        return value.model_dump(mode="json")
    return rfc3339(value) if isinstance(value, datetime) else value


def dump(models: Sequence[Model]) -> list[dict[str, Any]]:
    return [model.model_dump(mode="json") for model in models]
