"""What can be done to a job: change it, take it back, cancel it, run it again."""

from http import HTTPStatus
from typing import Annotated

from aws_lambda_powertools.event_handler import Response, content_types
from aws_lambda_powertools.event_handler.openapi.params import Body, Path
from aws_lambda_powertools.event_handler.router import APIGatewayRouter
from pydantic import BaseModel

from nightshift.amend import patch, retry
from nightshift.cancel import cancel, withdraw
from nightshift.clock import now
from nightshift.models.job import Job
from nightshift.models.requests import JobPatch, RetryRequest
from nightshift_http.app import tenant
from nightshift_http.documentation import answers, refusals
from nightshift_http.links import base_url, job_url
from nightshift_http.resources import JobResource, job_resource

router = APIGatewayRouter()

JobId = Annotated[str, Path(description="The job's id.")]

_POLL_AFTER_SECONDS = "1"


class Withdrawn(BaseModel):
    job_id: str
    success: bool
    message: str


@router.patch(
    "/jobs/<job_id>",
    summary="Change a job that waits",
    tags=["jobs"],
    responses=answers(200, JobResource) | refusals(400, 404, 409, 413, 415, 422, 503),
)
def patch_job(job_id: JobId, body: Annotated[JobPatch, Body()]) -> JobResource:
    job = patch(tenant(router), job_id, body, now())
    return job_resource(job, base_url(router.current_event))


@router.delete(
    "/jobs/<job_id>",
    summary="Take back a job that waits",
    description="The job becomes CANCELLED; its record stays. A running job is not touched: cancel it instead.",
    tags=["jobs"],
    responses=answers(200, Withdrawn) | refusals(404, 409, 503),
)
def delete_job(job_id: JobId) -> Withdrawn:
    job = withdraw(tenant(router), job_id, now())
    return Withdrawn(job_id=job.job_id, success=True, message="The job was cancelled before it ran.")


@router.post(
    "/jobs/<job_id>/cancel",
    summary="Cancel a job",
    description="A waiting job is CANCELLED at once; a running one is asked to stop and ends within seconds.",
    tags=["jobs"],
    status_code=202,
    responses=answers(202, JobResource, "The job, cancelled or asked to stop.") | refusals(404, 409, 503),
)
def cancel_job(job_id: JobId) -> Response[JobResource]:
    return _accepted(cancel(tenant(router), job_id, now()))


@router.post(
    "/jobs/<job_id>/retry",
    summary="Run an ended job again",
    description="As a new run, from where it failed or from from_step. One more attempt is granted.",
    tags=["jobs"],
    status_code=202,
    responses=answers(202, JobResource, "The job, queued again.") | refusals(400, 404, 409, 413, 415, 422, 503),
)
def retry_job(job_id: JobId, body: Annotated[RetryRequest | None, Body()] = None) -> Response[JobResource]:
    from_step = body.from_step if body else None
    return _accepted(retry(tenant(router), job_id, from_step, now()))


def _accepted(job: Job) -> Response[JobResource]:
    base = base_url(router.current_event)
    headers: dict[str, str | list[str]] = {
        "Location": job_url(base, job.job_id),
        "Retry-After": _POLL_AFTER_SECONDS,
    }
    body = job_resource(job, base)
    return Response(HTTPStatus.ACCEPTED.value, content_types.APPLICATION_JSON, body, headers)
