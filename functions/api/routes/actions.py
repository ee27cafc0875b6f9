"""What can be done to a job: change it, take it back, cancel it, run it again."""

from typing import Annotated

from aws_lambda_powertools.event_handler import Response
from aws_lambda_powertools.event_handler.openapi.params import Body
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
from nightshift_http.parameters import JobId, ViewParameter
from nightshift_http.responses import accepted
from nightshift_http.views import AnyJobResource, View, view_of

router = APIGatewayRouter()


class Withdrawn(BaseModel):
    job_id: str
    success: bool
    message: str


@router.patch(
    "/jobs/<job_id>",
    summary="Change a job that waits",
    tags=["jobs"],
    responses=answers(200, AnyJobResource) | refusals(400, 404, 409, 413, 415, 503),
)
def patch_job(job_id: JobId, body: Annotated[JobPatch, Body()], view: ViewParameter = None) -> AnyJobResource:
    job = patch(tenant(router), job_id, body, now())
    return view_of(job, base_url(router.current_event), view)


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
    responses=answers(202, AnyJobResource, "The job, cancelled or asked to stop.") | refusals(404, 409, 503),
)
def cancel_job(job_id: JobId, view: ViewParameter = None) -> Response[AnyJobResource]:
    return _accepted(cancel(tenant(router), job_id, now()), view)


@router.post(
    "/jobs/<job_id>/retry",
    summary="Run an ended job again",
    description="As a new run, from where it failed or from from_step. One more attempt is granted.",
    tags=["jobs"],
    status_code=202,
    responses=answers(202, AnyJobResource, "The job, queued again.") | refusals(400, 404, 409, 413, 415, 503),
)
def retry_job(
    job_id: JobId, body: Annotated[RetryRequest | None, Body()] = None, view: ViewParameter = None
) -> Response[AnyJobResource]:
    from_step = body.from_step if body else None
    return _accepted(retry(tenant(router), job_id, from_step, now()), view)


def _accepted(job: Job, view: View | None) -> Response[AnyJobResource]:
    base = base_url(router.current_event)
    return accepted(view_of(job, base, view), job_url(base, job.job_id))
