"""Direct requests: make a job that goes before the queue, and answer with its result if that comes soon."""

import time
from http import HTTPStatus
from typing import TYPE_CHECKING, Annotated, Any

from aws_lambda_powertools.event_handler import Response, content_types
from aws_lambda_powertools.event_handler.openapi.params import Body
from aws_lambda_powertools.event_handler.router import APIGatewayRouter
from pydantic import BaseModel, Field

from nightshift.clock import now
from nightshift.direct import submit_direct
from nightshift.models.base import Request
from nightshift.models.job import Job
from nightshift.models.requests import direct_body_of, request_from
from nightshift.store.reads import find_run, get_job, list_steps
from nightshift_http.app import tenant
from nightshift_http.documentation import answers, refusals
from nightshift_http.links import base_url, job_url
from nightshift_http.parameters import IdempotencyKey
from nightshift_http.resources import JobResource, job_resource

router = APIGatewayRouter()

LONGEST_WAIT_SECONDS = 25
_LOOK_EVERY_SECONDS = 0.2
_DESCRIPTION = (
    f"The job goes before the queue, even if the scheduler is stopped. If it ends within {LONGEST_WAIT_SECONDS} s, "
    "the answer is 200 and has its result, be it good or bad: see job.status. If not, it is 202: poll Location, or "
    "send the same request with the same Idempotency-Key once more. A slot is kept for the job for 10 minutes, and a "
    "tenant has one such reservation at a time; it is used up when the job begins to run."
)


class DirectResult(BaseModel):
    job: JobResource = Field(description="Its artifacts are in it, with their URLs.")
    results: list[dict[str, Any]] = Field(
        description="What the program told of what it made, for each time it ran: ids, titles, names of artifacts."
    )


_RESPONSES = (
    answers(200, DirectResult, "The job has ended.")
    | answers(202, DirectResult, "The job goes on.")
    | refusals(400, 409, 413, 415, 429, 503)
)

if TYPE_CHECKING:
    StoryBody = Request
    ResearchBody = Request
else:
    StoryBody, ResearchBody = direct_body_of("story"), direct_body_of("research")


@router.post(
    "/story/generate", summary="Write a story now", description=_DESCRIPTION, tags=["direct"], responses=_RESPONSES
)
def generate_story(
    body: Annotated[StoryBody, Body()], idempotency_key: IdempotencyKey = None
) -> Response[DirectResult]:
    return run_now("story", body, idempotency_key)


@router.post("/research/run", summary="Research now", description=_DESCRIPTION, tags=["direct"], responses=_RESPONSES)
def run_research(
    body: Annotated[ResearchBody, Body()], idempotency_key: IdempotencyKey = None
) -> Response[DirectResult]:
    return run_now("research", body, idempotency_key)


def run_now(job_type: str, body: Request, idempotency_key: str | None) -> Response[DirectResult]:
    """What the direct route of any type answers; ``body`` is of the model that ``direct_body_of`` makes of the type.

    A type gets such a route by a function like those above and a path in template.yaml.
    """
    began = time.monotonic()
    tenant_id, event = tenant(router), router.current_event
    correlation_id = event.request_context.request_id
    submitted = submit_direct(
        tenant_id, request_from(job_type, body, priority=100), idempotency_key, correlation_id, now()
    )
    job = _when_ended(submitted.job, began + LONGEST_WAIT_SECONDS)
    base = base_url(event)
    headers: dict[str, str | list[str]] = {"Location": job_url(base, job.job_id)}
    if submitted.replayed:
        headers["Idempotency-Replayed"] = "true"
    if not job.is_terminal:
        headers["Retry-After"] = "1"
    status = HTTPStatus.OK if job.is_terminal else HTTPStatus.ACCEPTED
    result = DirectResult(job=job_resource(job, base), results=_results_of(job))
    return Response(status.value, content_types.APPLICATION_JSON, result, headers)


def _when_ended(job: Job, deadline: float) -> Job:
    """The job once it has ended, or as it is at the deadline."""
    while not job.is_terminal and (left := deadline - time.monotonic()) > 0:
        time.sleep(min(_LOOK_EVERY_SECONDS, left))
        job = get_job(job.tenant_id, job.job_id)
    return job


def _results_of(job: Job) -> list[dict[str, Any]]:
    run = find_run(job.job_id, job.run_number) if job.is_terminal else None
    return [step.output for step in list_steps(run, job.recorded_steps) if step.output] if run else []
