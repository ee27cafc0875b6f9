"""Many jobs in one request."""

from typing import Annotated

from aws_lambda_powertools.event_handler import Response
from aws_lambda_powertools.event_handler.openapi.params import Body
from aws_lambda_powertools.event_handler.router import APIGatewayRouter
from pydantic import BaseModel, Field

from nightshift.bulk import Outcomes, cancel_many, retry_many
from nightshift.clock import now
from nightshift.models.bulk_requests import BulkRequest, BulkRetryRequest
from nightshift.models.status import JobStatus
from nightshift_http.app import tenant
from nightshift_http.documentation import answers, refusals
from nightshift_http.links import base_url
from nightshift_http.responses import accepted

router = APIGatewayRouter()

_DESCRIPTION = (
    "By their ids, or those that a filter finds among up to limit jobs; go on with next_token. One that cannot be "
    "granted is told in its result, and keeps none of the others. Sending the request again does no harm."
)


class BulkResult(BaseModel):
    job_id: str
    success: bool
    status: JobStatus | None = Field(description="The job's now; null if there is no such job.")
    message: str | None = Field(description="Why nothing was done.")


class BulkResults(BaseModel):
    results: list[BulkResult]
    next_token: str | None = Field(description="Ask again with it and the same filter for what follows.")


@router.post(
    "/jobs/cancel",
    summary="Cancel many jobs",
    description=_DESCRIPTION,
    tags=["jobs"],
    status_code=202,
    responses=answers(202, BulkResults) | refusals(400, 413, 415, 503),
)
def cancel_jobs(body: Annotated[BulkRequest, Body()]) -> Response[BulkResults]:
    return _results(cancel_many(tenant(router), body, now()))


@router.post(
    "/jobs/retry",
    summary="Run many ended jobs again",
    description=_DESCRIPTION,
    tags=["jobs"],
    status_code=202,
    responses=answers(202, BulkResults) | refusals(400, 413, 415, 503),
)
def retry_jobs(body: Annotated[BulkRetryRequest, Body()]) -> Response[BulkResults]:
    return _results(retry_many(tenant(router), body, now()))


def _results(found: Outcomes) -> Response[BulkResults]:
    results = [
        BulkResult(job_id=one.job_id, success=one.refusal is None, status=one.status, message=one.refusal)
        for one in found.outcomes
    ]
    body = BulkResults(results=results, next_token=found.next_token)
    return accepted(body, f"{base_url(router.current_event)}/jobs")
