"""Whether the service and what it stands on answer."""

from http import HTTPStatus
from typing import Literal

from aws_lambda_powertools.event_handler import Response, content_types
from aws_lambda_powertools.event_handler.router import APIGatewayRouter
from pydantic import BaseModel

from nightshift.health import CheckResult, check
from nightshift.version import VERSION
from nightshift_http.documentation import answers, open_refusals

router = APIGatewayRouter()


class Health(BaseModel):
    status: Literal["ok", "degraded"]
    version: str
    checks: dict[str, CheckResult]


@router.get(
    "/health",
    summary="Check the service",
    operation_id="check_health",
    tags=["service"],
    responses=answers(200, Health)
    | answers(503, Health, "A service behind the API does not answer.")
    | open_refusals(),
)
def show() -> Response[Health]:
    checks = check()
    healthy = all(result == "ok" for result in checks.values())
    status = (HTTPStatus.OK if healthy else HTTPStatus.SERVICE_UNAVAILABLE).value
    body = Health(status="ok" if healthy else "degraded", version=VERSION, checks=checks)
    headers: dict[str, str | list[str]] = {} if healthy else {"Retry-After": "5"}
    return Response(status, content_types.APPLICATION_JSON, body, headers)
