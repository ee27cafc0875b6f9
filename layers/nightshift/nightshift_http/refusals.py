"""What a request must look like before any route sees it."""

from http import HTTPStatus
from typing import Any

from aws_lambda_powertools.event_handler import Response
from aws_lambda_powertools.utilities.data_classes import APIGatewayProxyEvent

from nightshift_http.problems import problem

BODY_BYTES_AT_MOST = 256 * 1024
BATCH_BYTES_AT_MOST = 4 * 1024 * 1024
_BATCH_PATH = "/jobs/batch/trigger"


def refuse(event: APIGatewayProxyEvent) -> Response[Any] | None:
    """The refusal of a body that is too large or no JSON text; None if the request may pass."""
    try:
        body = event.decoded_body or ""
    except ValueError:
        return problem(HTTPStatus.BAD_REQUEST, "The body is not UTF-8.", event.path)
    if not body:
        return None
    at_most = BATCH_BYTES_AT_MOST if event.path == _BATCH_PATH else BODY_BYTES_AT_MOST
    if len(body.encode()) > at_most:
        return problem(
            HTTPStatus.REQUEST_ENTITY_TOO_LARGE,
            f"The body is larger than {at_most // 1024} KB.",
            event.path,
        )
    content_type = (event.headers.get("content-type") or "application/json").split(";")[0].strip().lower()
    if content_type != "application/json" and not content_type.endswith("+json"):
        return problem(
            HTTPStatus.UNSUPPORTED_MEDIA_TYPE,
            f"The body must be application/json, not {content_type}.",
            event.path,
        )
    return None
