"""Answers that are sent only to those who do not have them yet."""

import hashlib
from http import HTTPStatus

from aws_lambda_powertools.event_handler import Response, content_types
from pydantic import BaseModel

from nightshift_http.app import NotModifiedError


def is_known(etag: str, if_none_match: str | None) -> bool:
    """Whether ``If-None-Match`` names the tag. A gateway that compresses makes it a weak one, which is as good."""
    return etag in (part.strip().removeprefix("W/") for part in (if_none_match or "").split(","))


def unless_known[R: BaseModel](resource: R, if_none_match: str | None) -> Response[R]:
    """The resource, with an ``ETag`` of all that it says.

    Raises:
        NotModifiedError: the client has it.
    """
    etag = f'"{hashlib.sha256(resource.model_dump_json().encode()).hexdigest()[:24]}"'
    if is_known(etag, if_none_match):
        raise NotModifiedError(etag)
    return Response(HTTPStatus.OK.value, content_types.APPLICATION_JSON, resource, {"ETag": etag})
