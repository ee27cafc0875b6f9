"""How refusals and redirects stand in the OpenAPI document."""

from http import HTTPStatus
from types import UnionType
from typing import Any

from pydantic import BaseModel

from nightshift_http.problems import PROBLEM_JSON, Problem

_MEANING = {
    400: "The body is not JSON, or the page token is not of this listing.",
    401: "There is no API key, or it is unknown or disabled.",
    403: "The API key's scope does not reach this far.",
    404: "There is no such resource.",
    409: "The resource's state forbids it.",
    413: "The body is too large.",
    415: "The body is not JSON.",
    422: "A field is invalid, unknown or missing.",
    429: "Too many clients wait; poll the job, or try again after Retry-After seconds.",
    503: "A service behind the API is down; try again after Retry-After seconds.",
}


def answers(status: int, model: type[BaseModel] | UnionType, description: str = "As asked.") -> dict[int, Any]:
    """OpenAPI response for the success of a route."""
    return {status: {"description": description, "content": {"application/json": {"model": model}}}}


def refusals(*statuses: int) -> dict[int, Any]:
    """OpenAPI responses for the refusals of a route that needs an API key where keys are on."""
    return open_refusals(HTTPStatus.UNAUTHORIZED.value, *statuses)


def open_refusals(*statuses: int) -> dict[int, Any]:
    """OpenAPI responses for the refusals of a route that is open to all, and refuses unknown parameters."""
    return {
        status: {"description": _MEANING[status], "content": {PROBLEM_JSON: {"model": Problem}}}
        for status in {HTTPStatus.UNPROCESSABLE_ENTITY.value, *statuses}
    }


def unchanged(description: str) -> dict[int, Any]:
    """OpenAPI response for a 304."""
    return {HTTPStatus.NOT_MODIFIED.value: {"description": description}}


def redirects() -> dict[int, Any]:
    return {
        HTTPStatus.FOUND.value: {
            "description": "Follow Location.",
            "headers": {"Location": {"schema": {"type": "string", "format": "uri"}}},
        }
    }
