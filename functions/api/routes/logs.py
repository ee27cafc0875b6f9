"""Logs: what the command-line program printed, while it runs and after."""

from typing import Annotated

from aws_lambda_powertools.event_handler.openapi.params import Query
from aws_lambda_powertools.event_handler.router import APIGatewayRouter
from pydantic import BaseModel, Field

from nightshift.clients import s3
from nightshift.logs import read
from nightshift.models.status import RunStatus
from nightshift.settings import settings
from nightshift.store.reads import find_run, get_job, get_run
from nightshift_http.app import tenant
from nightshift_http.documentation import answers, refusals
from nightshift_http.parameters import JobId

router = APIGatewayRouter()


class LogLines(BaseModel):
    lines: list[str]
    next_token: str | None = Field(description="Ask with it for what follows; null when the log is complete.")


@router.get(
    "/jobs/<job_id>/logs",
    summary="Read a job's log",
    operation_id="read_log",
    description="Of the latest run unless run_id names another. Works while the job runs.",
    tags=["logs"],
    responses=answers(200, LogLines) | refusals(400, 404, 503),
)
def show(
    job_id: JobId,
    run_id: Annotated[str | None, Query()] = None,
    tail: Annotated[int | None, Query(ge=1, le=10_000, description="Only the last lines.")] = None,
    next_token: Annotated[str | None, Query()] = None,
) -> LogLines:
    job = get_job(tenant(router), job_id)
    run = get_run(job, run_id) if run_id else find_run(job_id, job.run_number)
    if run is None:
        return LogLines(lines=[], next_token=None)
    ended = run.status is not RunStatus.RUNNING
    page = read(s3(), settings().bucket_name, run.prefix, tail=tail, next_token=next_token, ended=ended)
    return LogLines(lines=page.lines, next_token=page.next_token)
