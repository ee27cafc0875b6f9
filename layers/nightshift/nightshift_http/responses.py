"""Answers to what was made or taken on: with the place to look, and when."""

from http import HTTPStatus

from aws_lambda_powertools.event_handler import Response, content_types
from pydantic import BaseModel

POLL_AFTER_SECONDS = "1"

type Headers = dict[str, str | list[str]]


def created[R: BaseModel](
    resource: R, location: str, *, replayed: bool = False, headers: dict[str, str] | None = None
) -> Response[R]:
    """201 with ``Location``; ``replayed`` says that an earlier request with the same Idempotency-Key made it."""
    together = _headers(location, replayed) | (headers or {})
    return Response(HTTPStatus.CREATED.value, content_types.APPLICATION_JSON, resource, together)


def accepted[R: BaseModel](
    resource: R, location: str, *, replayed: bool = False, headers: dict[str, str] | None = None
) -> Response[R]:
    """202 with ``Location``, where to look after ``Retry-After`` seconds."""
    together = _headers(location, replayed) | {"Retry-After": POLL_AFTER_SECONDS} | (headers or {})
    return Response(HTTPStatus.ACCEPTED.value, content_types.APPLICATION_JSON, resource, together)


def _headers(location: str, replayed: bool) -> Headers:
    headers: Headers = {"Location": location}
    if replayed:
        headers["Idempotency-Replayed"] = "true"
    return headers
