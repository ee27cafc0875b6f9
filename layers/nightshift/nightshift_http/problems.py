"""Refusals as RFC 9457 problem documents."""

import json
from http import HTTPStatus
from typing import Any

from aws_lambda_powertools.event_handler import Response
from pydantic import BaseModel, Field

PROBLEM_JSON = "application/problem+json"


class FieldProblem(BaseModel):
    loc: list[str | int] = Field(description="Where in the request.")
    msg: str = Field(description="What is wrong there.")


class Problem(BaseModel):
    """A refusal, for people and programs."""

    type: str = "about:blank"
    title: str = Field(description="The HTTP status in words.")
    status: int
    detail: str = Field(description="A sentence that says what was wrong and what to do.")
    instance: str = Field(description="The path that was asked for.")
    errors: list[FieldProblem] | None = Field(default=None, description="One entry per invalid field.")


def problem(
    status: HTTPStatus,
    detail: str,
    instance: str,
    *,
    errors: list[dict[str, Any]] | None = None,
    about: dict[str, str] | None = None,
    headers: dict[str, str | list[str]] | None = None,
) -> Response[Any]:
    """The refusal as a response; its body is already JSON, so that no response validation stands in its way."""
    body: dict[str, Any] = {
        "type": "about:blank",
        "title": status.phrase,
        "status": status.value,
        "detail": detail,
        "instance": instance,
        **(about or {}),
    }
    if errors is not None:
        body["errors"] = errors
    return Response(status.value, PROBLEM_JSON, json.dumps(body, ensure_ascii=False), headers)
