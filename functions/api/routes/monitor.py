"""Looking after running jobs now, instead of when the reconciler comes by."""

from aws_lambda_powertools.event_handler.router import APIGatewayRouter
from pydantic import BaseModel, Field

from nightshift.clock import now
from nightshift.models.job import Job
from nightshift.models.status import JobStatus
from nightshift.reconcile import monitor
from nightshift.store.listing import oldest_jobs
from nightshift.store.reads import get_job
from nightshift_http.app import tenant
from nightshift_http.documentation import answers, refusals
from nightshift_http.links import base_url
from nightshift_http.parameters import JobId, ViewParameter
from nightshift_http.views import AnyJobResource, View, view_of

router = APIGatewayRouter()

_MONITORED_AT_MOST = 25


class Monitored(BaseModel):
    monitored_count: int
    results: list[AnyJobResource] = Field(description="The jobs as they are now; at most 25 at a time.")


@router.post(
    "/jobs/monitor",
    summary="Look after all running jobs now",
    description="Settles those whose execution has ended unheard; the longest-lived first.",
    tags=["jobs"],
    responses=answers(200, Monitored) | refusals(503),
)
def monitor_jobs(view: ViewParameter = None) -> Monitored:
    running = oldest_jobs(tenant(router), JobStatus.RUNNING, _MONITORED_AT_MOST)
    return _monitored(running, view)


@router.post(
    "/jobs/<job_id>/monitor",
    summary="Look after a job now",
    tags=["jobs"],
    responses=answers(200, Monitored) | refusals(404, 503),
)
def monitor_job(job_id: JobId, view: ViewParameter = None) -> Monitored:
    return _monitored([get_job(tenant(router), job_id)], view)


def _monitored(jobs: list[Job], view: View | None) -> Monitored:
    base = base_url(router.current_event)
    results = [view_of(monitor(job, now()), base, view) for job in jobs]
    return Monitored(monitored_count=len(results), results=results)
