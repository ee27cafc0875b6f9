"""What clients see of jobs and runs."""

from typing import Any

from pydantic import BaseModel, Field

from nightshift.executions import arn_of
from nightshift.models.base import Timestamp
from nightshift.models.batch import Batch, BatchStatus
from nightshift.models.job import Artifact, Job, JobError, Progress
from nightshift.models.run import Run, Step
from nightshift.models.status import JobStatus, RunStatus, StepStatus
from nightshift.models.usage import OperationSpent
from nightshift.models.webhook import Webhook, WebhookEvent
from nightshift_http.bodies import that_fit
from nightshift_http.links import artifact_url, job_url, log_url


class ArtifactResource(BaseModel):
    name: str
    content_type: str
    size: int = Field(description="Bytes.")
    url: str = Field(description="Redirects to a presigned URL that is made afresh.")


class UsageResource(BaseModel):
    """What one operation spent with one model."""

    operation: str
    model: str
    calls: int
    input_tokens: int
    output_tokens: int
    cost_usd: float = Field(description="0 where the price is not known.")


class WebhookResource(BaseModel):
    """Who is told what; the secret is not shown."""

    url: str
    events: list[WebhookEvent]


class JobResource(BaseModel):
    """A job as it is now."""

    job_id: str
    tenant_id: str
    type: str
    status: JobStatus
    priority: int
    params: dict[str, Any]
    tags: list[str]
    run_at: Timestamp | None
    next_attempt_at: Timestamp | None = Field(description="When a failed attempt is tried again.")
    cancel_requested_at: Timestamp | None
    created_at: Timestamp
    updated_at: Timestamp
    queued_at: Timestamp | None
    started_at: Timestamp | None = Field(description="When the latest attempt began.")
    finished_at: Timestamp | None
    attempts: int
    max_attempts: int
    timeout_seconds: int
    current_run_id: str | None
    current_step: str | None
    step_status: StepStatus | None
    progress: Progress | None
    exit_code: int | None
    error: JobError | None
    artifacts: list[ArtifactResource]
    usage: list[UsageResource] = Field(description="What was spent on models.")
    log_url: str | None
    batch_id: str | None
    webhook: WebhookResource | None
    schedule_id: str | None = Field(description="The schedule that made it.")
    article_id: str | None = Field(description="The article that it is to write.")
    version: int = Field(description="Grows with every change; see GET /jobs/{job_id}/wait.")


class BatchCounts(BaseModel):
    waiting: int
    running: int
    completed: int
    failed: int
    cancelled: int
    skipped: int


class BatchMember(BaseModel):
    job_id: str
    type: str
    status: JobStatus
    error: JobError | None
    url: str


class EndedBatch(BaseModel):
    """A batch as its webhook tells of it: its jobs without what fills pages."""

    batch_id: str
    status: BatchStatus
    created_at: Timestamp
    counts: BatchCounts
    jobs: list[BatchMember]


class RunResource(BaseModel):
    """One attempt at a job."""

    run_id: str
    job_id: str
    attempt: int
    status: RunStatus
    params_snapshot: dict[str, Any]
    execution_arn: str = Field(description="Of the execution that drives the run, from before it is started.")
    started_at: Timestamp
    finished_at: Timestamp | None
    exit_code: int | None
    error: JobError | None
    artifacts: list[ArtifactResource]
    usage: list[UsageResource] = Field(description="What was spent on models.")
    log_url: str
    steps: list["StepResource"] = Field(description="In the order they began, as many as 4 MB hold.")


class StepResource(BaseModel):
    name: str
    status: StepStatus
    iteration: int = Field(description="Counts the rounds of a step that loops, from 0.")
    started_at: Timestamp | None
    finished_at: Timestamp | None
    exit_code: int | None
    error: JobError | None
    output: dict[str, Any] | None


def job_resource(job: Job, base: str) -> JobResource:
    shown = job.model_dump(exclude={"artifacts"}) | {
        "artifacts": [_artifact(artifact, job.job_id, base) for artifact in job.artifacts],
        "usage": _usage(job.usage),
        "log_url": log_url(base, job.job_id) if job.current_run_id else None,
    }
    return JobResource.model_validate(shown)


def batch_counts(batch: Batch) -> BatchCounts:
    return BatchCounts.model_validate(batch.model_dump() | {"waiting": batch.waiting})


def ended_batch(batch: Batch, jobs: list[Job], base: str) -> EndedBatch:
    members = [
        BatchMember(job_id=job.job_id, type=job.type, status=job.status, error=job.error, url=job_url(base, job.job_id))
        for job in jobs
    ]
    return EndedBatch(
        batch_id=batch.batch_id,
        status=batch.status,
        created_at=batch.created_at,
        counts=batch_counts(batch),
        jobs=members,
    )


def webhook_resource(webhook: Webhook | None) -> WebhookResource | None:
    return WebhookResource.model_validate(webhook.model_dump()) if webhook else None


def run_resource(run: Run, steps: list[Step], base: str) -> RunResource:
    shown = run.model_dump(exclude={"artifacts"}) | {
        "execution_arn": arn_of(run),
        "artifacts": [_artifact(artifact, run.job_id, base) for artifact in run.artifacts],
        "usage": _usage(run.usage),
        "log_url": log_url(base, run.job_id, run.run_id),
        "steps": that_fit(StepResource.model_validate(step.model_dump(exclude={"artifacts"})) for step in steps),
    }
    return RunResource.model_validate(shown)


def artifact_resources(artifacts: tuple[Artifact, ...], job_id: str, base: str) -> list[ArtifactResource]:
    return [ArtifactResource.model_validate(_artifact(artifact, job_id, base)) for artifact in artifacts]


def _usage(entries: tuple[OperationSpent, ...]) -> list[dict[str, Any]]:
    return [entry.model_dump() | {"cost_usd": entry.cost_usd} for entry in entries]


def _artifact(artifact: Artifact, job_id: str, base: str) -> dict[str, Any]:
    url = artifact_url(base, job_id, artifact.name, artifact.run_id)
    return artifact.model_dump(exclude={"run_id"}) | {"url": url}
