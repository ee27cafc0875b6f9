"""What clients may ask for."""

from typing import TYPE_CHECKING, Annotated, Any, Literal, Union

from pydantic import Field, Strict, create_model, model_validator

from nightshift.job_types import IN_TASK_AT_MOST, JOB_TYPES, JobType
from nightshift.models.base import NOT_EMPTY, Request, Timestamp
from nightshift.models.tenant import Scope
from nightshift.models.webhook import Notifying, WebhookRequest

Tag = Annotated[str, Field(min_length=1, max_length=50)]


class JobRequest(Notifying):
    """What jobs of all types have in common."""

    type: str
    params: Any
    priority: int = Field(default=0, ge=0, le=100, description="Higher goes first.")
    run_at: Timestamp | None = Field(default=None, description="Not before this time; null or past means now.")
    tags: list[Tag] = Field(default_factory=list, max_length=10)
    max_attempts: int = Field(default=3, ge=1, le=10, description="Attempts in all, the first one included.")
    timeout_seconds: int | None = Field(
        default=None,
        ge=1,
        le=IN_TASK_AT_MOST,
        description="Bound of each worker invocation; default per type. More than 840 only where the deployment has "
        "Fargate tasks for it; 422 elsewhere.",
    )


def _request_of(name: str, job_type: JobType) -> type[JobRequest]:
    required = any(field.is_required() for field in job_type.params.model_fields.values())
    params = Field() if required else Field(default_factory=job_type.params)
    fields: dict[str, Any] = {"type": (Literal[name], Field()), "params": (job_type.params, params)}
    return create_model(f"{name.title()}JobRequest", __base__=JobRequest, **fields)


_REQUESTS = {name: _request_of(name, job_type) for name, job_type in JOB_TYPES.items()}

if TYPE_CHECKING:
    AnyJobRequest = JobRequest
else:
    # One member per registered type, told apart by "type": each has its own params in checks and documentation.
    AnyJobRequest = Annotated[
        Union[tuple(_REQUESTS.values())],  # noqa: UP007
        Field(discriminator="type"),
    ]


def direct_body_of(job_type: str) -> type[Request]:
    """The body of a direct request for a job of the type: its params, and a webhook beside them."""
    return create_model(f"Direct{job_type.title()}Request", __base__=(JOB_TYPES[job_type].params, Notifying))


def request_from(job_type: str, flat: Request, **others: Any) -> JobRequest:
    """The job that a body asks for which has the params, and a webhook, side by side.

    Args:
        others: What else the request is to say, such as ``priority``.
    """
    given = {name: getattr(flat, name) for name in flat.model_fields_set}
    webhook = given.pop("webhook", None)
    params = JOB_TYPES[job_type].params(**given)
    return _REQUESTS[job_type](type=job_type, params=params, webhook=webhook, **others)


class JobPatch(Request):
    """What may be changed of a job that waits; what is not sent stays as it is."""

    model_config = NOT_EMPTY

    priority: int = Field(default=0, ge=0, le=100, description="A changed priority keeps the job's age.")
    run_at: Timestamp | None = Field(default=None, description="null or past: now.")
    tags: list[Tag] = Field(default_factory=list, max_length=10)
    webhook: WebhookRequest | None = Field(default=None, description="In place of the one before; null: none.")

    @model_validator(mode="after")
    def _something(self) -> "JobPatch":
        if not self.model_fields_set:
            raise ValueError("name at least one of priority, run_at, tags and webhook")
        return self


class StepPatch(Request):
    """What came of a step that was done elsewhere."""

    status: Literal["done", "failed"]
    output: dict[str, Any] | None = Field(
        default=None, description="What later steps are told of it; of one that failed, message says why. 64 KB."
    )
    image_artifact: str | None = Field(default=None, max_length=64, description="Its image, by the id of an upload.")
    image_url: str | None = Field(default=None, max_length=2048, description="Its image, fetched from there.")

    @model_validator(mode="after")
    def _one_image(self) -> "StepPatch":
        if self.image_artifact and self.image_url:
            raise ValueError("name image_artifact or image_url, not both")
        if self.status == "failed" and (self.image_artifact or self.image_url):
            raise ValueError("a step that failed leaves no image")
        return self


class StageRequest(Request):
    overrides: dict[str, Any] = Field(default_factory=dict, description="Params that hold for this run alone.")


class UploadRequest(Request):
    """An image to be uploaded."""

    name: str = Field(min_length=1, max_length=255, description="What the file is called; kept with it.")
    content_type: Literal["image/png", "image/jpeg", "image/webp"]
    size: int = Field(ge=1, le=10 * 2**20, description="Bytes, at most 10 MB; no larger file is taken.")


class RetryRequest(Request):
    from_step: str | None = Field(default=None, description="Where to begin; default where it failed.")


Limit = Annotated[int, Field(ge=0, le=1000)]
TenantId = Annotated[str, Field(pattern=r"^[a-z0-9][a-z0-9-]{0,62}$")]


class SchedulerConfigPatch(Request):
    """Limits to set; what is not sent stays as it is. A limit of 0 claims nothing of that type or tenant."""

    max_concurrency: int = Field(default=4, ge=1, le=1000, description="Jobs that run at once.")
    type_limits: dict[str, Limit] = Field(default_factory=dict, description="… of a type.")
    tenant_limits: dict[TenantId, Limit] = Field(default_factory=dict, description="… of a tenant.", max_length=100)


class TenantRequest(Request):
    tenant_id: TenantId | None = Field(default=None, description="Letters, digits and hyphens; default a new UUID.")
    name: str = Field(min_length=1, max_length=100)


class TenantPatch(Request):
    """What may be changed of a tenant; what is not sent stays as it is."""

    model_config = NOT_EMPTY

    name: str = Field(default="", min_length=1, max_length=100)
    disabled: bool = Field(
        default=False,
        description="true: its keys are refused within a minute, its schedules make no jobs; its jobs go on.",
    )

    @model_validator(mode="after")
    def _something(self) -> "TenantPatch":
        if not self.model_fields_set:
            raise ValueError("name at least one of name and disabled")
        return self


class KeyRequest(Request):
    name: str = Field(min_length=1, max_length=100, description="What or whom the key is for.")
    scope: Annotated[Scope, Strict(False)] = Field(
        default=Scope.JOBS, description="jobs: the tenant's own resources; admin: the scheduler and tenants as well."
    )
    replaces: str | None = Field(default=None, max_length=64, description="A key_id to disable in the same step.")
