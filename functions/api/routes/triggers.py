"""The old trigger API: jobs asked for in its words, which are made as any others."""

from typing import TYPE_CHECKING, Annotated

from aws_lambda_powertools.event_handler import Response
from aws_lambda_powertools.event_handler.openapi.params import Body
from aws_lambda_powertools.event_handler.router import APIGatewayRouter
from pydantic import BaseModel, Field

from nightshift.clock import now
from nightshift.legacy import submit_trigger
from nightshift.models.base import Request
from nightshift.models.legacy import trigger_body_of
from nightshift_http.app import tenant
from nightshift_http.documentation import answers, refusals
from nightshift_http.links import base_url, job_url
from nightshift_http.parameters import IdempotencyKey
from nightshift_http.responses import accepted
from nightshift_http.views import view_of

router = APIGatewayRouter()

_DESCRIPTION = (
    "Use POST /jobs instead. The job has one attempt, and is shown as the old API showed it, in lowercase states, "
    "unless view=current is asked for."
)
# Since the day on which the old API announced it; RFC 9745 and RFC 8288.
_DEPRECATED = {"Deprecation": "@1768694400", "Link": '</jobs>; rel="successor-version"'}


class Triggered(BaseModel):
    job_id: str
    type: str
    status: str = Field(description="queued, when it is new.")
    message: str


_RESPONSES = answers(202, Triggered, "The job was made.") | refusals(400, 413, 415, 503)

if TYPE_CHECKING:
    StoryTrigger = Request
    ResearchTrigger = Request
else:
    StoryTrigger, ResearchTrigger = trigger_body_of("story"), trigger_body_of("research")


@router.post(
    "/jobs/story/trigger",
    summary="Make a story job, as the old API did",
    description=_DESCRIPTION,
    tags=["legacy"],
    status_code=202,
    deprecated=True,
    responses=_RESPONSES,
)
def trigger_story(body: Annotated[StoryTrigger, Body()], idempotency_key: IdempotencyKey = None) -> Response[Triggered]:
    return _trigger("story", body, idempotency_key)


@router.post(
    "/jobs/research/trigger",
    summary="Make a research job, as the old API did",
    description=_DESCRIPTION,
    tags=["legacy"],
    status_code=202,
    deprecated=True,
    responses=_RESPONSES,
)
def trigger_research(
    body: Annotated[ResearchTrigger, Body()], idempotency_key: IdempotencyKey = None
) -> Response[Triggered]:
    return _trigger("research", body, idempotency_key)


def _trigger(job_type: str, body: Request, idempotency_key: str | None) -> Response[Triggered]:
    event = router.current_event
    correlation_id = event.request_context.request_id
    submitted = submit_trigger(tenant(router), job_type, body, idempotency_key, correlation_id, now())
    base = base_url(event)
    shown = view_of(submitted.job, base)
    message = f"The job waits in the queue; see GET /jobs/{shown.job_id}."
    if submitted.replayed:
        message = "An earlier request with this Idempotency-Key made the job."
    answer = Triggered(job_id=shown.job_id, type=shown.type, status=shown.status, message=message)
    return accepted(answer, job_url(base, shown.job_id), replayed=submitted.replayed, headers=_DEPRECATED)
