"""A job as its client reads it: as it is described today, or as the old trigger API described it."""

from typing import Any, Literal

from pydantic import BaseModel, Field

from nightshift.models.base import Timestamp
from nightshift.models.job import Job
from nightshift.models.legacy import LEGACY_STATUS, LEGACY_TYPE
from nightshift_http.links import artifact_url, log_url
from nightshift_http.resources import JobResource, job_resource

View = Literal["current", "legacy"]


class LegacyJobResource(BaseModel):
    """A job in the old trigger API's words."""

    job_id: str
    type: str = Field(description="story_generation is today's story.")
    status: Literal["queued", "running", "succeeded", "failed", "cancelled", "skipped"]
    params: dict[str, Any]
    pid: None = Field(description="There are no processes to be seen any more.")
    log_path: str | None = Field(description="The URL of the log.")
    artifacts: list[str] = Field(description="URLs.")
    created_at: Timestamp
    started_at: Timestamp | None
    finished_at: Timestamp | None
    exit_code: int | None
    error: str | None


AnyJobResource = JobResource | LegacyJobResource


def view_of(job: Job, base: str, view: View | None = None) -> AnyJobResource:
    """The job in the view asked for, else in that of the API by which it was made."""
    legacy = job.legacy if view is None else view == "legacy"
    return _legacy(job, base) if legacy else job_resource(job, base)


def _legacy(job: Job, base: str) -> LegacyJobResource:
    shown = job.model_dump(include={"job_id", "params", "created_at", "started_at", "finished_at", "exit_code"})
    return LegacyJobResource(
        **shown,
        type=LEGACY_TYPE.get(job.type, job.type),
        status=LEGACY_STATUS[job.status],
        pid=None,
        log_path=log_url(base, job.job_id) if job.current_run_id else None,
        artifacts=[artifact_url(base, job.job_id, artifact.name, artifact.run_id) for artifact in job.artifacts],
        error=job.error.message if job.error else None,
    )
