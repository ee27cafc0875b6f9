"""Shared pieces of the models."""

import re
from datetime import UTC, date, datetime
from typing import Annotated, Any

from pydantic import (
    AfterValidator,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    PlainSerializer,
    Strict,
    ValidationError,
    ValidatorFunctionWrapHandler,
    WrapValidator,
    field_validator,
)

from nightshift.clock import rfc3339

_RFC_3339 = re.compile(r"\d{4}-\d{2}-\d{2}[Tt ]\d{2}:\d{2}:\d{2}(\.\d+)?([Zz]|[+-]\d{2}:\d{2})?", re.ASCII)
_DAY = re.compile(r"\d{4}-\d{2}-\d{2}", re.ASCII)


def _written_out(value: Any) -> Any:
    # Pydantic would also take numbers, as seconds since 1970, and days, as their midnight.
    if isinstance(value, datetime) or (isinstance(value, str) and _RFC_3339.fullmatch(value)):
        return value
    raise ValueError("a time is written as in RFC 3339: 2026-01-31T09:30:00Z")


def _utc(instant: datetime) -> datetime:
    try:
        return instant.replace(tzinfo=UTC) if instant.tzinfo is None else instant.astimezone(UTC)
    except OverflowError as error:
        raise ValueError("in UTC this time lies outside the years 1 to 9999") from error


Timestamp = Annotated[
    datetime,
    Strict(False),
    BeforeValidator(_written_out),
    AfterValidator(_utc),
    PlainSerializer(rfc3339, return_type=str, when_used="json"),
]
"""An instant in UTC, written as RFC 3339 with ``Z``. One without a zone is taken as UTC."""


def _if_understood(value: Any, validate: ValidatorFunctionWrapHandler) -> Any:
    try:
        return validate(value)
    except ValidationError:
        return None


IfUnderstood = WrapValidator(_if_understood)
"""Of an attribute that others may write to the table: what is not understood counts as not written."""


def _written_day(value: Any) -> Any:
    # Pydantic would also take numbers, as seconds since 1970.
    if isinstance(value, date) or (isinstance(value, str) and _DAY.fullmatch(value)):
        return value
    raise ValueError("a day is written as in RFC 3339: 2026-01-31")


Day = Annotated[date, BeforeValidator(_written_day)]
"""A day of the calendar in UTC."""


class Model(BaseModel):
    """A value read from the table: it cannot be changed, and attributes of newer versions are ignored."""

    model_config = ConfigDict(frozen=True, extra="ignore", defer_build=True)


class Request(BaseModel):
    """A value sent by a client: what is not known, or of another JSON type, is refused, not dropped or converted."""

    model_config = ConfigDict(frozen=True, extra="forbid", strict=True, allow_inf_nan=False, defer_build=True)

    @field_validator("*")
    @classmethod
    def _can_be_an_argument(cls, value: Any) -> Any:
        # Job types' programs are given texts as arguments, and no argument can hold a NUL.
        if any("\0" in text for text in (value if isinstance(value, list) else [value]) if isinstance(text, str)):
            raise ValueError("a text cannot hold the character U+0000")
        return value


def not_blank(characters: int = 1) -> AfterValidator:
    """Of a text that programs take without idle blanks: that many characters have to be left."""

    def checked(text: str) -> str:
        if len(" ".join(text.split())) < characters:
            raise ValueError(f"without idle blanks it has less than {characters} characters")
        return text

    return AfterValidator(checked)


NOT_EMPTY = ConfigDict(json_schema_extra={"minProperties": 1})
"""Of a request in which everything can be left out, but not all: what its model checks, said in its schema."""
