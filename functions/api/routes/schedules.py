"""Schedules: jobs that are made again and again."""

from typing import Annotated, Any

from aws_lambda_powertools.event_handler import Response
from aws_lambda_powertools.event_handler.openapi.params import Body, Path
from aws_lambda_powertools.event_handler.router import APIGatewayRouter
from pydantic import BaseModel, Field

from nightshift.clock import now
from nightshift.models.base import Timestamp
from nightshift.models.schedule import Overlap, Schedule, Skip
from nightshift.models.schedule_requests import SchedulePatch, ScheduleRequest, Times
from nightshift.recurrence import upcoming
from nightshift.schedules import create_schedule, delete_schedule, get_schedule, patch_schedule, trigger
from nightshift.store.schedules import list_schedules, token_after
from nightshift_http.app import tenant
from nightshift_http.bodies import that_fit
from nightshift_http.documentation import answers, refusals
from nightshift_http.links import base_url, job_url
from nightshift_http.parameters import FollowingPage, IdempotencyKey, Limit, NextToken
from nightshift_http.resources import JobResource, job_resource, webhook_resource
from nightshift_http.responses import created

router = APIGatewayRouter()

_PREVIEWED = 5

ScheduleId = Annotated[str, Path(description="The schedule's id.")]


class ScheduleResource(BaseModel):
    """A schedule as it is now."""

    schedule_id: str
    tenant_id: str
    name: str
    job: dict[str, Any] = Field(description="What is asked for at each of its times.")
    cron: str | None
    rate: str | None
    timezone: str
    enabled: bool
    overlap: Overlap
    next_trigger_at: Timestamp | None = Field(description="null: never, or not while it is disabled.")
    last_trigger_at: Timestamp | None = Field(description="The last of its times, whether or not it made a job.")
    last_job_id: str | None
    last_skip: Skip | None = Field(description="Why the last of its times made no job; null if it made one.")
    created_at: Timestamp
    updated_at: Timestamp
    version: int


class ScheduleList(BaseModel):
    schedules: list[ScheduleResource] = Field(description="As many as asked for, or as 4 MB hold.")
    next_token: FollowingPage


class Upcoming(BaseModel):
    times: list[Timestamp] = Field(description="The next five; fewer if there are no more.")


class Deleted(BaseModel):
    schedule_id: str
    success: bool
    message: str


@router.post(
    "/schedules",
    summary="Make a schedule",
    operation_id="create_schedule",
    description="From now on it makes a job at each of its times, to the minute.",
    tags=["schedules"],
    status_code=201,
    responses=answers(201, ScheduleResource) | refusals(400, 409, 413, 415, 503),
)
def create(
    body: Annotated[ScheduleRequest, Body()], idempotency_key: IdempotencyKey = None
) -> Response[ScheduleResource]:
    submitted = create_schedule(tenant(router), body, idempotency_key, now())
    schedule = submitted.resource
    location = f"{base_url(router.current_event)}/schedules/{schedule.schedule_id}"
    return created(_resource(schedule), location, replayed=submitted.replayed)


@router.get(
    "/schedules",
    summary="List schedules, newest first",
    operation_id="list_schedules",
    tags=["schedules"],
    responses=answers(200, ScheduleList) | refusals(400, 503),
)
def index(
    limit: Limit = 50,
    next_token: NextToken = None,
) -> ScheduleList:
    page = list_schedules(tenant(router), limit, next_token)
    shown = that_fit(_resource(schedule) for schedule in page.items)
    cut = len(shown) < len(page.items)
    return ScheduleList(schedules=shown, next_token=token_after(page.items[len(shown) - 1]) if cut else page.next_token)


@router.post(
    "/schedules/preview",
    summary="Show when a schedule would be due",
    operation_id="preview_schedule",
    description="Nothing is made.",
    tags=["schedules"],
    responses=answers(200, Upcoming) | refusals(400, 413, 415, 503),
)
def preview(body: Annotated[Times, Body()]) -> Upcoming:
    return Upcoming(times=upcoming(body.cron, body.rate, body.timezone, now(), _PREVIEWED))


@router.get(
    "/schedules/<schedule_id>",
    summary="Show a schedule",
    operation_id="get_schedule",
    tags=["schedules"],
    responses=answers(200, ScheduleResource) | refusals(404, 503),
)
def show(schedule_id: ScheduleId) -> ScheduleResource:
    return _resource(get_schedule(tenant(router), schedule_id))


@router.patch(
    "/schedules/<schedule_id>",
    summary="Change a schedule",
    operation_id="patch_schedule",
    description="Other times count from now on, and so do those of a schedule that is enabled again.",
    tags=["schedules"],
    responses=answers(200, ScheduleResource) | refusals(400, 404, 409, 413, 415, 503),
)
def patch(schedule_id: ScheduleId, body: Annotated[SchedulePatch, Body()]) -> ScheduleResource:
    return _resource(patch_schedule(tenant(router), schedule_id, body, now()))


@router.delete(
    "/schedules/<schedule_id>",
    summary="Delete a schedule",
    operation_id="delete_schedule",
    description="It makes no more jobs; those that it made stay.",
    tags=["schedules"],
    responses=answers(200, Deleted) | refusals(404, 409, 503),
)
def delete(schedule_id: ScheduleId) -> Deleted:
    delete_schedule(tenant(router), schedule_id, now())
    return Deleted(schedule_id=schedule_id, success=True, message="The schedule was deleted; its jobs stay.")


@router.post(
    "/schedules/<schedule_id>/trigger",
    summary="Make a job of a schedule now",
    operation_id="trigger_schedule",
    description="Enabled or not. With overlap skip it is refused while the schedule's last job has not ended.",
    tags=["schedules"],
    status_code=201,
    responses=answers(201, JobResource, "The job.") | refusals(404, 409, 413, 503),
)
def trigger_now(schedule_id: ScheduleId, idempotency_key: IdempotencyKey = None) -> Response[JobResource]:
    event = router.current_event
    correlation_id = event.request_context.request_id
    submitted = trigger(tenant(router), schedule_id, idempotency_key, correlation_id, now())
    base = base_url(event)
    location = job_url(base, submitted.job.job_id)
    return created(job_resource(submitted.job, base), location, replayed=submitted.replayed)


def _resource(schedule: Schedule) -> ScheduleResource:
    webhook = webhook_resource(schedule.webhook)
    job = schedule.job | ({"webhook": webhook.model_dump(mode="json")} if webhook else {})
    return ScheduleResource.model_validate(schedule.model_dump() | {"job": job})
