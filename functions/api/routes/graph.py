"""The graph of a job's state machine, and what a run did in it."""

from typing import Annotated

from aws_lambda_powertools.event_handler.openapi.params import Query
from aws_lambda_powertools.event_handler.router import APIGatewayRouter

from nightshift.graph.draw import draw
from nightshift.models.graph import Graph
from nightshift.store.reads import find_run, get_job, get_run
from nightshift_http.app import tenant
from nightshift_http.documentation import answers, refusals
from nightshift_http.parameters import JobId

router = APIGatewayRouter()


@router.get(
    "/jobs/<job_id>/graph",
    summary="Draw a job's state machine",
    operation_id="get_graph",
    description=(
        "Its states, the ways between them, and what became of each in the latest run, unless run_id names another. "
        "Before the first run nothing is entered. Inputs and outputs beyond 8000 characters are cut."
    ),
    tags=["runs"],
    responses=answers(200, Graph) | refusals(404, 503),
)
def show(
    job_id: JobId,
    run_id: Annotated[str | None, Query(description="One of the job's earlier runs.")] = None,
) -> Graph:
    job = get_job(tenant(router), job_id)
    return draw(job, get_run(job, run_id) if run_id else find_run(job_id, job.run_number))
