"""A job: what is to be done, and how far it is."""

from typing import Annotated, Any

from pydantic import Field

from nightshift.models.base import IfUnderstood, Model, Timestamp
from nightshift.models.status import TERMINAL, ErrorCode, JobStatus, StepStatus
from nightshift.models.usage import OperationSpent
from nightshift.models.webhook import Webhook


class Progress(Model):
    percent: int = Field(ge=0, le=100, description="How much is done, 0-100.")
    message: str = Field(default="", description="What the worker says it is doing.")


class JobError(Model):
    code: ErrorCode = Field(description="What kind of failure it was.")
    message: str = Field(description="The last 500 characters of the log, or what the platform reported.")


class Artifact(Model):
    """A file that a run made. It lies in the bucket under the prefix of ``run_id``."""

    name: str
    content_type: str
    size: int = Field(description="Bytes.")
    run_id: str


class Resume(Model):
    """Where the next run goes on, so that it repeats nothing that an earlier attempt finished."""

    iteration: int = 0
    made: int = 0
    skipped: int = 0
    started_at: Timestamp | None = None
    artifacts: tuple[Artifact, ...] = ()
    alone: bool = Field(default=False, description="Only this step is to run, not those after it.")
    overrides: dict[str, Any] = Field(default_factory=dict, description="Params of the next run alone.")


class Job(Model):
    """The Job item of the table.

    Whoever does a step of the job elsewhere says so in ``current_step`` and ``step_status``, and what came of it in
    ``image_artifact`` (of an upload), ``image_url`` or ``step_output``. ``ended_after`` is the step that the job's own
    last run had done when it ended.

    ``recorded_steps`` are the versions of the job at which those steps of all its runs began whose end it was told of
    by the worker that did them.
    """

    job_id: str
    tenant_id: str
    type: str
    status: JobStatus
    params: dict[str, Any]
    request_hash: str | None = None
    priority: int = 0
    tags: tuple[str, ...] = ()
    run_at: Timestamp | None = None
    next_attempt_at: Timestamp | None = None
    cancel_requested_at: Timestamp | None = None
    created_at: Timestamp
    updated_at: Timestamp
    queued_at: Timestamp | None = None
    started_at: Timestamp | None = None
    finished_at: Timestamp | None = None
    attempts: int = 0
    max_attempts: int
    timeout_seconds: int
    current_run_id: str | None = None
    run_number: int = 0
    current_step: Annotated[str | None, IfUnderstood] = None
    step_status: Annotated[StepStatus | None, IfUnderstood] = None
    image_artifact: Annotated[str | None, IfUnderstood] = None
    image_url: Annotated[str | None, IfUnderstood] = None
    step_output: Annotated[dict[str, Any] | None, IfUnderstood] = None
    ended_after: str | None = None
    recorded_steps: frozenset[int] = Field(default=frozenset(), exclude=True)
    progress: Progress | None = None
    exit_code: int | None = None
    error: JobError | None = None
    artifacts: tuple[Artifact, ...] = ()
    usage: tuple[OperationSpent, ...] = ()
    resume: Resume | None = None
    batch_id: str | None = None
    webhook: Webhook | None = None
    schedule_id: str | None = None
    article_id: str | None = None
    correlation_id: str | None = None
    reserved_until: Timestamp | None = None
    legacy: bool = False
    expires_at: int | None = None
    version: int = 1

    @property
    def is_terminal(self) -> bool:
        return self.status in TERMINAL

    @property
    def release_at(self) -> Timestamp | None:
        """When a SCHEDULED job may enter the queue: its retry's time, else its own."""
        return self.next_attempt_at or self.run_at
