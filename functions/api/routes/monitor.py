"""Looking after running jobs now, instead of when the reconciler comes by."""

from aws_lambda_powertools.event_handler.router import APIGatewayRouter
from pydantic import BaseModel

from nightshift.clock import now
from nightshift.models.job import Job
from nightshift.models.status import JobStatus
from nightshift.reconcile import monitor, monitor_each
from nightshift.store.listing import JobFilter, token_after
from nightshift.store.reads import get_job
from nightshift_http.app import tenant
from nightshift_http.bodies import that_fit
from nightshift_http.documentation import answers, refusals
from nightshift_http.links import base_url
from nightshift_http.parameters import FollowingPage, JobId, NextToken, ViewParameter
from nightshift_http.views import AnyJobResource, View, view_of

router = APIGatewayRouter()


class Monitored(BaseModel):
    monitored_count: int
    results: list[AnyJobResource]
    next_token: FollowingPage


@router.post(
    "/jobs/monitor",
    summary="Look after all running jobs now",
    description="Settles those whose execution has ended unheard: up to 200 jobs, or as many as 20 s allow and 4 MB "
    "hold; go on with next_token.",
    tags=["jobs"],
    responses=answers(200, Monitored) | refusals(400, 503),
)
def monitor_jobs(view: ViewParameter = None, next_token: NextToken = None) -> Monitored:
    wanted = JobFilter(tenant(router), status=JobStatus.RUNNING)
    page = monitor_each(wanted, next_token, now())
    results = _shown(page.jobs, view)
    cut = len(results) < len(page.jobs)
    following = token_after(wanted, page.jobs[len(results) - 1]) if cut else page.next_token
    return Monitored(monitored_count=len(results), results=results, next_token=following)


@router.post(
    "/jobs/<job_id>/monitor",
    summary="Look after a job now",
    tags=["jobs"],
    responses=answers(200, Monitored) | refusals(404, 503),
)
def monitor_job(job_id: JobId, view: ViewParameter = None) -> Monitored:
    job = monitor(get_job(tenant(router), job_id), now())
    return Monitored(monitored_count=1, results=_shown([job], view), next_token=None)


def _shown(jobs: list[Job], view: View | None) -> list[AnyJobResource]:
    base = base_url(router.current_event)
    return that_fit(view_of(job, base, view) for job in jobs)
