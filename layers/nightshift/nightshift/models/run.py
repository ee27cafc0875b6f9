"""A run: one attempt at a job, driven by one state machine execution."""

from typing import Any

from pydantic import Field

from nightshift.models.base import Model, Timestamp
from nightshift.models.job import Artifact, JobError, Resume
from nightshift.models.status import RunStatus, StepStatus
from nightshift.models.usage import OperationSpent


class Step(Model):
    """What a worker recorded of one step. A step that loops has one record an iteration.

    ``begun`` is the version of the job at which the worker began; None for a step that others than workers recorded.
    """

    name: str
    run_id: str | None = None
    status: StepStatus
    iteration: int = 0
    begun: int | None = None
    started_at: Timestamp | None = None
    finished_at: Timestamp | None = None
    output: dict[str, Any] | None = None
    artifacts: tuple[Artifact, ...] = ()
    exit_code: int | None = None
    error: JobError | None = None
    more: bool = Field(default=True, description="Whether another iteration was to follow.")


class Run(Model):
    """The Run item of the table. ``run_id`` is the execution's name, so that starting twice starts once."""

    run_id: str
    job_id: str
    tenant_id: str
    type: str
    run_number: int = Field(ge=1)
    attempt: int = Field(ge=1)
    status: RunStatus
    params_snapshot: dict[str, Any]
    timeout_seconds: int
    resume: Resume | None = None
    execution_arn: str | None = None
    correlation_id: str | None = None
    started_at: Timestamp
    finished_at: Timestamp | None = None
    exit_code: int | None = None
    error: JobError | None = None
    artifacts: tuple[Artifact, ...] = ()
    usage: tuple[OperationSpent, ...] = ()

    @property
    def prefix(self) -> str:
        """Where in the bucket the run's artifacts and logs lie."""
        return f"{self.tenant_id}/{self.job_id}/{self.run_id}/"
