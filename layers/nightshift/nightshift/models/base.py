"""Shared pieces of the models."""

from datetime import UTC, datetime
from typing import Annotated

from pydantic import AfterValidator, BaseModel, ConfigDict, PlainSerializer

from nightshift.clock import rfc3339


def _utc(instant: datetime) -> datetime:
    return instant.replace(tzinfo=UTC) if instant.tzinfo is None else instant.astimezone(UTC)


Timestamp = Annotated[datetime, AfterValidator(_utc), PlainSerializer(rfc3339, return_type=str, when_used="json")]
"""An instant in UTC, written as RFC 3339 with ``Z``. One without a zone is taken as UTC."""


class Model(BaseModel):
    """A value read from the table: it cannot be changed, and attributes of newer versions are ignored."""

    model_config = ConfigDict(frozen=True, extra="ignore")


class Request(BaseModel):
    """A value sent by a client: what is not known is refused, not dropped."""

    model_config = ConfigDict(frozen=True, extra="forbid")
