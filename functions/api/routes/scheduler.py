"""The scheduler: what it does now and what it has done."""

from aws_lambda_powertools.event_handler.router import APIGatewayRouter
from pydantic import BaseModel, Field

from nightshift.models.job import Job
from nightshift.models.status import JobStatus
from nightshift.settings import settings
from nightshift.store.listing import count_jobs, oldest_jobs
from nightshift.store.scheduler import Statistics, read_scheduler
from nightshift_http.documentation import answers, refusals

router = APIGatewayRouter()

_SHOWN_AT_MOST = 100


class SchedulerStatus(BaseModel):
    scheduler_running: bool = Field(description="False: nothing is claimed from the queue.")
    draining: bool = Field(description="Stopped, with jobs still running.")
    current_job_id: str | None = Field(description="The job that has been running longest.")
    running_job_ids: list[str] = Field(description="At most 100.")
    queue_length: int
    scheduled_count: int
    capped: bool = Field(description="True if a count stops at 1000 although there are more.")
    cumulative_stats: Statistics


@router.get(
    "/scheduler/status",
    summary="Show the scheduler",
    tags=["scheduler"],
    responses=answers(200, SchedulerStatus) | refusals(503),
)
def show() -> SchedulerStatus:
    tenant_id = settings().default_tenant
    scheduler = read_scheduler()
    running = sorted(oldest_jobs(tenant_id, JobStatus.RUNNING, _SHOWN_AT_MOST), key=_started)
    running_ids = [job.job_id for job in running if job.status is JobStatus.RUNNING]
    queued, scheduled = count_jobs(tenant_id, JobStatus.QUEUED), count_jobs(tenant_id, JobStatus.SCHEDULED)
    return SchedulerStatus(
        scheduler_running=scheduler.scheduler_running,
        draining=not scheduler.scheduler_running and bool(running_ids),
        current_job_id=running_ids[0] if running_ids else None,
        running_job_ids=running_ids,
        queue_length=queued.value,
        scheduled_count=scheduled.value,
        capped=queued.capped or scheduled.capped,
        cumulative_stats=Statistics.model_validate(scheduler.model_dump()),
    )


def _started(job: Job) -> float:
    return job.started_at.timestamp() if job.started_at else 0.0
