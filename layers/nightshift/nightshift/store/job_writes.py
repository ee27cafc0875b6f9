"""The parts that the writes of a job are made of; ``transitions`` puts them together."""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

from nightshift.clock import rfc3339
from nightshift.models.base import Model
from nightshift.models.job import Job
from nightshift.models.run import Step
from nightshift.models.status import JobStatus
from nightshift.settings import settings
from nightshift.store import lanes
from nightshift.store.items import to_item
from nightshift.store.keys import batch_key, job_key, listing_keys, outside_step_key, status_keys
from nightshift.store.write import Update, put_new

LOOK_AFTER = timedelta(seconds=45)
"""How long the reconciler leaves a running or waiting job alone between two looks."""


OF_A_STEP = (
    "current_step",
    "step_status",
    "step_started_at",
    "image_artifact",
    "image_url",
    "step_output",
    "ended_after",
)
"""The attributes of a job that tell of one step."""


def due_at(job: Job, status: JobStatus, now: datetime) -> datetime | None:
    """When the reconciler is to look at the job if it has the status by then; None: never."""
    if status is JobStatus.SCHEDULED:
        return job.release_at
    return now + LOOK_AFTER if status in (JobStatus.RUNNING, JobStatus.WAITING) else None


def put_job(job: Job) -> dict[str, Any]:
    """Arguments of the PutItem of a new job, whose lane is listed first."""
    if job.status is JobStatus.QUEUED:
        lanes.touch(job.tenant_id, job.type, job.created_at)
    due = due_at(job, job.status, job.created_at)
    values = job.model_dump(mode="json") | listing_keys(job) | status_keys(job, job.status, due)
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


def put_step(job: Job, step: Step, expires_at: int | None) -> dict[str, Any]:
    """The write that records a step that was finished elsewhere, after the job's last run."""
    values = step.model_dump(mode="json") | {"entity": "Step", "expires_at": expires_at}
    key = outside_step_key(job.job_id, job.run_number, step.name)
    return {"Put": {"TableName": settings().table_name, "Item": to_item(values) | key}}


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
