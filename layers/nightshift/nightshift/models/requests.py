"""What clients may ask for."""

from typing import TYPE_CHECKING, Annotated, Any, Literal, Union

from pydantic import Field, create_model

from nightshift.job_types import JOB_TYPES, JobType
from nightshift.models.base import Request, Timestamp

Tag = Annotated[str, Field(min_length=1, max_length=50)]


class JobRequest(Request):
    """What jobs of all types have in common."""

    type: str
    params: Any
    priority: int = Field(default=0, ge=0, le=100, description="Higher goes first.")
    run_at: Timestamp | None = Field(default=None, description="Not before this time; null or past means now.")
    tags: list[Tag] = Field(default_factory=list, max_length=10)
    max_attempts: int = Field(default=3, ge=1, le=10, description="Attempts in all, the first one included.")
    timeout_seconds: int | None = Field(
        default=None, ge=1, le=840, description="Bound of each worker invocation; default per type."
    )


def _request_of(name: str, job_type: JobType) -> type[JobRequest]:
    required = any(field.is_required() for field in job_type.params.model_fields.values())
    params = Field() if required else Field(default_factory=job_type.params)
    fields: dict[str, Any] = {"type": (Literal[name], Field()), "params": (job_type.params, params)}
    return create_model(f"{name.title()}JobRequest", __base__=JobRequest, **fields)


if TYPE_CHECKING:
    AnyJobRequest = JobRequest
else:
    # One member per registered type, told apart by "type": each has its own params in checks and documentation.
    AnyJobRequest = Annotated[
        Union[tuple(_request_of(name, job_type) for name, job_type in JOB_TYPES.items())],  # noqa: UP007
        Field(discriminator="type"),
    ]
