"""The scheduler: what it does now, what it has done, and what it may do."""

from typing import Annotated

from aws_lambda_powertools.event_handler import Response
from aws_lambda_powertools.event_handler.openapi.params import Body
from aws_lambda_powertools.event_handler.router import APIGatewayRouter
from pydantic import BaseModel, Field

from nightshift.clock import now
from nightshift.control import configure, start_scheduler, stop_scheduler
from nightshift.models.base import Timestamp
from nightshift.models.job import Job
from nightshift.models.requests import SchedulerConfigPatch
from nightshift.models.status import JobStatus
from nightshift.store.listing import count_jobs, oldest_jobs, soonest_jobs
from nightshift.store.scheduler import read_scheduler
from nightshift.store.statistics import Statistics, read_statistics
from nightshift_http.app import caller, tenant
from nightshift_http.conditional import unless_known
from nightshift_http.documentation import answers, refusals, unchanged
from nightshift_http.parameters import IfNoneMatch

router = APIGatewayRouter()

_SHOWN_AT_MOST = 100
_SOONEST = 5


class Started(BaseModel):
    scheduler_running: bool


class Stopped(BaseModel):
    scheduler_running: bool
    draining: bool = Field(description="Some jobs still run.")
    running_jobs: int


class SchedulerConfig(BaseModel):
    max_concurrency: int
    type_limits: dict[str, int]
    tenant_limits: dict[str, int]


class ScheduledJob(BaseModel):
    job_id: str
    type: str
    due_at: Timestamp | None = Field(description="When it is queued: its run_at, or its next attempt's time.")


class SchedulerStatus(BaseModel):
    scheduler_running: bool = Field(description="False: nothing is claimed from the queue.")
    draining: bool = Field(description="Stopped, with jobs still running.")
    current_job_id: str | None = Field(description="The job that has been running longest.")
    running_job_ids: list[str] = Field(description="At most 100.")
    queue_length: int
    scheduled_count: int
    scheduled_next: list[ScheduledJob] = Field(description="The five whose times come next.")
    capped: bool = Field(description="True if a count stops at 1000 although there are more.")
    cumulative_stats: Statistics
    has_active_reservation: bool = Field(description="A slot is kept for a direct request of yours.")


@router.get(
    "/scheduler/status",
    summary="Show the scheduler",
    operation_id="get_scheduler_status",
    description="Whether it runs, and what it does and has done for your tenant. "
    "With If-None-Match: 304 while nothing has changed.",
    tags=["scheduler"],
    responses=answers(200, SchedulerStatus) | unchanged("Nothing has changed.") | refusals(503),
)
def show(if_none_match: IfNoneMatch = None) -> Response[SchedulerStatus]:
    tenant_id = tenant(router)
    scheduler = read_scheduler()
    running = sorted(oldest_jobs(tenant_id, JobStatus.RUNNING, _SHOWN_AT_MOST), key=_started)
    running_ids = [job.job_id for job in running if job.status is JobStatus.RUNNING]
    queued, scheduled = count_jobs(tenant_id, JobStatus.QUEUED), count_jobs(tenant_id, JobStatus.SCHEDULED)
    shown = SchedulerStatus(
        scheduler_running=scheduler.scheduler_running,
        draining=not scheduler.scheduler_running and bool(running_ids),
        current_job_id=running_ids[0] if running_ids else None,
        running_job_ids=running_ids,
        queue_length=queued.value,
        scheduled_count=scheduled.value,
        scheduled_next=_next(tenant_id) if scheduled.value else [],
        capped=queued.capped or scheduled.capped,
        cumulative_stats=read_statistics(tenant_id),
        has_active_reservation=scheduler.reservation_of(tenant_id, now()) is not None,
    )
    return unless_known(shown, if_none_match)


@router.post(
    "/scheduler/start",
    summary="Start the scheduler",
    operation_id="start_scheduler",
    description="What waits is dispatched. Starting it twice is starting it once.",
    tags=["scheduler"],
    responses=answers(200, Started) | refusals(403, 503),
)
def start() -> Started:
    caller(router).require_admin()
    return Started(scheduler_running=start_scheduler().scheduler_running)


@router.post(
    "/scheduler/stop",
    summary="Stop the scheduler",
    operation_id="stop_scheduler",
    description="Nothing more is claimed from the queue; running jobs finish.",
    tags=["scheduler"],
    responses=answers(200, Stopped) | refusals(403, 503),
)
def stop() -> Stopped:
    caller(router).require_admin()
    running = stop_scheduler().slots_used
    return Stopped(scheduler_running=False, draining=running > 0, running_jobs=running)


@router.get(
    "/scheduler/config",
    summary="Show the limits",
    operation_id="get_scheduler_config",
    description="Of the limits of tenants, only an administrator sees those of others.",
    tags=["scheduler"],
    responses=answers(200, SchedulerConfig) | refusals(503),
)
def show_config() -> SchedulerConfig:
    asking = caller(router)
    state = read_scheduler()
    shown = {
        tenant_id: limit
        for tenant_id, limit in state.tenant_limits.items()
        if asking.is_admin or tenant_id == asking.tenant_id
    }
    return SchedulerConfig.model_validate(state.model_dump() | {"tenant_limits": shown})


@router.patch(
    "/scheduler/config",
    summary="Change the limits",
    operation_id="change_scheduler_config",
    description="A lowered limit stops nothing: nothing more is claimed until there is room.",
    tags=["scheduler"],
    responses=answers(200, SchedulerConfig) | refusals(400, 403, 413, 415, 503),
)
def change_config(body: Annotated[SchedulerConfigPatch, Body()]) -> SchedulerConfig:
    caller(router).require_admin()
    return SchedulerConfig.model_validate(configure(body).model_dump())


def _started(job: Job) -> float:
    return job.started_at.timestamp() if job.started_at else 0.0


def _next(tenant_id: str) -> list[ScheduledJob]:
    soonest = soonest_jobs(tenant_id, _SOONEST)
    return [ScheduledJob(job_id=job.job_id, type=job.type, due_at=job.release_at) for job in soonest]
