"""Whatever waits: the long poll, and direct requests. A function of its own, so that waiting starves nobody."""

import time
from http import HTTPStatus
from typing import Annotated, Any

from aws_lambda_powertools.event_handler import Response, content_types
from aws_lambda_powertools.event_handler.openapi.params import Query
from aws_lambda_powertools.logging import correlation_paths
from aws_lambda_powertools.utilities.typing import LambdaContext

import direct
from nightshift.models.job import Job
from nightshift.store.reads import get_job
from nightshift_http.app import NotModifiedError, answer, etag_of, logger, make_app, tenant
from nightshift_http.documentation import answers, refusals, unchanged
from nightshift_http.links import base_url
from nightshift_http.parameters import JobId, ViewParameter
from nightshift_http.views import AnyJobResource, view_of

LONGEST_WAIT_SECONDS = 25
_LOOK_EVERY_SECONDS = 0.2

app = make_app()
app.include_router(direct.router)


@app.get(
    "/jobs/<job_id>/wait",
    summary="Wait for a job to change",
    operation_id="wait_for_job",
    description="Answers as soon as the job's version is above since_version or the job has ended; else 304.",
    tags=["jobs"],
    responses=answers(200, AnyJobResource) | unchanged("Nothing changed in time.") | refusals(404, 429, 503),
)
def wait(
    job_id: JobId,
    since_version: Annotated[int, Query(ge=0, description="The version you know.")] = 0,
    timeout: Annotated[float, Query(ge=0, le=LONGEST_WAIT_SECONDS, description="Seconds.")] = LONGEST_WAIT_SECONDS,
    view: ViewParameter = None,
) -> Response[AnyJobResource]:
    deadline = time.monotonic() + timeout
    job = get_job(tenant(app), job_id)
    while not _news(job, since_version):
        left = deadline - time.monotonic()
        if left <= 0:
            raise NotModifiedError(etag_of(job.version))
        time.sleep(min(_LOOK_EVERY_SECONDS, left))
        job = get_job(tenant(app), job_id)
    body = view_of(job, base_url(app.current_event), view)
    return Response(HTTPStatus.OK.value, content_types.APPLICATION_JSON, body, {"ETag": etag_of(job.version)})


def _news(job: Job, since_version: int) -> bool:
    return job.version > since_version or job.is_terminal


@logger.inject_lambda_context(correlation_id_path=correlation_paths.API_GATEWAY_REST, clear_state=True)
def handler(event: dict[str, Any], context: LambdaContext) -> dict[str, Any]:
    return answer(app, event, context)
