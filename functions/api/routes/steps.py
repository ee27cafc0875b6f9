"""Steps of a job that someone else does, and stages that are run by hand."""

from typing import Annotated

from aws_lambda_powertools.event_handler import Response
from aws_lambda_powertools.event_handler.openapi.params import Body, Path
from aws_lambda_powertools.event_handler.router import APIGatewayRouter

from nightshift.amend import run_stage
from nightshift.clock import now
from nightshift.models.requests import StageRequest, StepPatch
from nightshift.outside import finish_step
from nightshift_http.app import tenant
from nightshift_http.documentation import answers, refusals
from nightshift_http.links import base_url, job_url
from nightshift_http.parameters import JobId
from nightshift_http.resources import JobResource, job_resource
from nightshift_http.responses import accepted

router = APIGatewayRouter()


@router.patch(
    "/jobs/<job_id>/steps/<step>",
    summary="Finish a step that was done elsewhere",
    operation_id="finish_step",
    description=(
        "Of a job that is WAITING or FAILED. After one that is done the job is queued by itself, to go on with the "
        "next step; a job that waited for one that failed is FAILED. Done without output or image, a step stands for "
        "what it left when it was last done."
    ),
    tags=["steps"],
    responses=answers(200, JobResource) | refusals(400, 404, 409, 413, 415, 503),
)
def finish(
    job_id: JobId,
    step: Annotated[str, Path(description="The step's name.")],
    body: Annotated[StepPatch, Body()],
) -> JobResource:
    job = finish_step(tenant(router), job_id, step, body, now())
    return job_resource(job, base_url(router.current_event))


@router.post(
    "/jobs/<job_id>/stages/<stage>",
    summary="Run one stage",
    operation_id="run_stage",
    description=(
        "As a run of its own, which takes a slot like any other. The stage before must be done. Afterwards the job is "
        "WAITING for whoever does the next, and COMPLETED after the last."
    ),
    tags=["steps"],
    status_code=202,
    responses=answers(202, JobResource, "The job, queued.") | refusals(400, 404, 409, 413, 415, 503),
)
def run(
    job_id: JobId,
    stage: Annotated[str, Path(description="The stage's name.")],
    body: Annotated[StageRequest | None, Body()] = None,
) -> Response[JobResource]:
    job = run_stage(tenant(router), job_id, stage, body.overrides if body else {}, now())
    base = base_url(router.current_event)
    return accepted(job_resource(job, base), job_url(base, job.job_id))
