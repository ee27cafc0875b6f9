"""Jobs: make, list, show."""

from http import HTTPStatus
from typing import Annotated

from aws_lambda_powertools.event_handler import Response, content_types
from aws_lambda_powertools.event_handler.openapi.params import Body, Query
from aws_lambda_powertools.event_handler.router import APIGatewayRouter
from pydantic import BaseModel, Field

from nightshift.clock import now
from nightshift.models.base import Timestamp
from nightshift.models.legacy import StatusFilter, TypeFilter
from nightshift.models.requests import AnyJobRequest, Tag
from nightshift.models.status import JobStatus
from nightshift.store.listing import JobFilter, count_jobs, list_jobs, token_after
from nightshift.store.reads import get_job
from nightshift.submit import submit
from nightshift_http.app import NotModifiedError, etag_of, tenant
from nightshift_http.bodies import that_fit
from nightshift_http.conditional import is_known, unless_known
from nightshift_http.documentation import answers, refusals, unchanged
from nightshift_http.links import base_url, job_url
from nightshift_http.parameters import (
    FollowingPage,
    IdempotencyKey,
    IfNoneMatch,
    JobId,
    Limit,
    NextToken,
    ViewParameter,
)
from nightshift_http.resources import JobResource, job_resource
from nightshift_http.responses import created
from nightshift_http.views import AnyJobResource, view_of

router = APIGatewayRouter()


class JobList(BaseModel):
    jobs: list[AnyJobResource] = Field(description="As many as asked for, or as 4 MB hold.")
    next_token: FollowingPage
    queued_count: int
    running_count: int
    capped: bool = Field(description="True if a count stops at 1000 although there are more.")


@router.post(
    "/jobs",
    summary="Make a job",
    operation_id="create_job",
    description="The job is QUEUED, or SCHEDULED if run_at lies ahead; everything after that happens by itself.",
    tags=["jobs"],
    status_code=201,
    responses=answers(201, JobResource, "The job.") | refusals(400, 413, 415, 503),
)
def create(
    body: Annotated[AnyJobRequest, Body()],
    idempotency_key: IdempotencyKey = None,
) -> Response[JobResource]:
    event = router.current_event
    correlation_id = event.request_context.request_id
    submitted = submit(tenant(router), body, idempotency_key, correlation_id, now())
    base = base_url(event)
    location = job_url(base, submitted.job.job_id)
    return created(job_resource(submitted.job, base), location, replayed=submitted.replayed)


@router.get(
    "/jobs",
    summary="List jobs, newest first",
    operation_id="list_jobs",
    description="A page may hold fewer jobs than asked for, even none, while next_token says that there are more. "
    "With If-None-Match: 304 while it is as it was.",
    tags=["jobs"],
    responses=answers(200, JobList) | unchanged("The page is as it was.") | refusals(400, 503),
)
def index(
    status: Annotated[StatusFilter | None, Query(description="Only jobs in this state.")] = None,
    type: Annotated[TypeFilter | None, Query(description="Only jobs of this type.")] = None,
    created_after: Annotated[Timestamp | None, Query()] = None,
    created_before: Annotated[Timestamp | None, Query()] = None,
    tag: Annotated[Tag | None, Query(description="Only jobs with this tag.")] = None,
    batch_id: Annotated[str | None, Query(description="Only jobs of this batch.")] = None,
    limit: Limit = 50,
    next_token: NextToken = None,
    view: ViewParameter = None,
    if_none_match: IfNoneMatch = None,
) -> Response[JobList]:
    tenant_id = tenant(router)
    wanted = JobFilter(tenant_id, status, type, created_after, created_before, tag, batch_id)
    page = list_jobs(wanted, limit, next_token)
    queued, running = count_jobs(tenant_id, JobStatus.QUEUED), count_jobs(tenant_id, JobStatus.RUNNING)
    base = base_url(router.current_event)
    jobs = that_fit(view_of(job, base, view) for job in page.jobs)
    cut = len(jobs) < len(page.jobs)
    shown = JobList(
        jobs=jobs,
        next_token=token_after(wanted, page.jobs[len(jobs) - 1]) if cut else page.next_token,
        queued_count=queued.value,
        running_count=running.value,
        capped=queued.capped or running.capped,
    )
    return unless_known(shown, if_none_match)


@router.get(
    "/jobs/<job_id>",
    summary="Show a job",
    operation_id="get_job",
    description="With If-None-Match: 304 while the job is as it was.",
    tags=["jobs"],
    responses=answers(200, AnyJobResource) | unchanged("The job is as it was.") | refusals(404, 503),
)
def show(
    job_id: JobId,
    if_none_match: IfNoneMatch = None,
    view: ViewParameter = None,
) -> Response[AnyJobResource]:
    job = get_job(tenant(router), job_id)
    etag = etag_of(job.version)
    if is_known(etag, if_none_match):
        raise NotModifiedError(etag)
    body = view_of(job, base_url(router.current_event), view)
    return Response(HTTPStatus.OK.value, content_types.APPLICATION_JSON, body, {"ETag": etag})
