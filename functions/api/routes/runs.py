"""Runs: the attempts at a job."""

from typing import Annotated

from aws_lambda_powertools.event_handler.openapi.params import Path
from aws_lambda_powertools.event_handler.router import APIGatewayRouter
from pydantic import BaseModel, Field

from nightshift.store.reads import get_job, get_run, list_runs, list_steps
from nightshift_http.app import tenant
from nightshift_http.bodies import that_fit
from nightshift_http.documentation import answers, refusals
from nightshift_http.links import base_url
from nightshift_http.parameters import JobId
from nightshift_http.resources import RunResource, run_resource

router = APIGatewayRouter()


class RunList(BaseModel):
    runs: list[RunResource] = Field(description="The newest, as many as 4 MB hold.")
    total: int = Field(description="All that the job has had, at most 200.")


@router.get(
    "/jobs/<job_id>/runs",
    summary="List a job's runs, newest first",
    operation_id="list_runs",
    tags=["runs"],
    responses=answers(200, RunList) | refusals(404, 503),
)
def index(job_id: JobId) -> RunList:
    job = get_job(tenant(router), job_id)
    base = base_url(router.current_event)
    runs = list_runs(job)
    shown = that_fit(run_resource(run, list_steps(run, job.recorded_steps), base) for run in runs)
    return RunList(runs=shown, total=len(runs))


@router.get(
    "/jobs/<job_id>/runs/<run_id>",
    summary="Show a run",
    operation_id="get_run",
    tags=["runs"],
    responses=answers(200, RunResource) | refusals(404, 503),
)
def show(job_id: JobId, run_id: Annotated[str, Path()]) -> RunResource:
    job = get_job(tenant(router), job_id)
    run = get_run(job, run_id)
    return run_resource(run, list_steps(run, job.recorded_steps), base_url(router.current_event))
