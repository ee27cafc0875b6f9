"""The words of the old trigger API beside today's: its states, its job types, and what it could be asked for."""

from typing import Annotated, Any

from pydantic import BeforeValidator, WithJsonSchema, create_model, model_validator

from nightshift.job_types import JOB_TYPES, JobTypeName
from nightshift.models.base import Request
from nightshift.models.status import JobStatus
from nightshift.models.webhook import Notifying

LEGACY_STATUS = {
    JobStatus.SCHEDULED: "queued",
    JobStatus.QUEUED: "queued",
    JobStatus.WAITING: "queued",
    JobStatus.RUNNING: "running",
    JobStatus.COMPLETED: "succeeded",
    JobStatus.FAILED: "failed",
    JobStatus.CANCELLED: "cancelled",
    JobStatus.SKIPPED: "skipped",
}
LEGACY_TYPE = {"story": "story_generation"}
"""Other types are called as they are now."""

_TODAYS_TYPE = {legacy: today for today, legacy in LEGACY_TYPE.items()}
_TODAYS_STATUS = {status.lower(): status for status in JobStatus} | {"succeeded": JobStatus.COMPLETED}
_TAKEN_OVER = {
    "story": (
        "max_stories",
        "duration_seconds",
        "interval_seconds",
        "enable_dedup",
        "load_history",
        "model",
        "target_length",
    ),
    "research": ("topic", "tags", "model", "timeout"),
}


def _todays_status(name: Any) -> Any:
    # A body is checked strictly, where only a member of the enum is one.
    known = _TODAYS_STATUS | {status.value: status for status in JobStatus}
    return known.get(name, name) if isinstance(name, str) else name


def _todays_type(name: Any) -> Any:
    return _TODAYS_TYPE.get(name, name) if isinstance(name, str) else name


StatusFilter = Annotated[
    JobStatus,
    BeforeValidator(_todays_status),
    WithJsonSchema({"type": "string", "enum": [*JobStatus, *_TODAYS_STATUS]}),
]
"""A state by its name, or by the old API's: ``running``, ``succeeded``."""

TypeFilter = Annotated[
    JobTypeName,
    BeforeValidator(_todays_type),
    WithJsonSchema({"type": "string", "enum": sorted([*JOB_TYPES, *_TODAYS_TYPE])}),
]
"""A job type by its name, or by the old API's: ``story_generation``."""


class _Trigger(Notifying):
    @model_validator(mode="before")
    @classmethod
    def _no_file(cls, body: Any) -> Any:
        if isinstance(body, dict) and "db_path" in body:
            raise ValueError("db_path named a file on the server of the old API; there is none here, so leave it out")
        return body


def trigger_body_of(job_type: str) -> type[Request]:
    """The body that the old API took to make a job of the type."""
    known = JOB_TYPES[job_type].params.model_fields
    fields: dict[str, Any] = {name: (known[name].annotation, known[name]) for name in _TAKEN_OVER[job_type]}
    return create_model(f"{job_type.title()}Trigger", __base__=_Trigger, **fields)
