"""Artifacts: the files that runs made."""

from http import HTTPStatus
from typing import Annotated
from urllib.parse import unquote

from aws_lambda_powertools.event_handler import Response, content_types
from aws_lambda_powertools.event_handler.openapi.params import Path, Query
from aws_lambda_powertools.event_handler.router import APIGatewayRouter
from pydantic import BaseModel, Field

from nightshift.artifacts import URL_SECONDS, artifacts_of, presigned_url
from nightshift.store.reads import get_job
from nightshift_http.app import tenant
from nightshift_http.documentation import answers, redirects, refusals
from nightshift_http.links import base_url
from nightshift_http.parameters import JobId
from nightshift_http.resources import ArtifactResource, artifact_resources

router = APIGatewayRouter()

RunId = Annotated[str | None, Query(description="Of this run instead of the job's latest.")]


class ArtifactList(BaseModel):
    artifacts: list[ArtifactResource]


class ArtifactLink(BaseModel):
    url: str = Field(description="Serves the file, and needs no key.")
    expires_in: int = Field(description="Seconds for which it does.")


@router.get(
    "/jobs/<job_id>/artifacts",
    summary="List artifacts",
    operation_id="list_artifacts",
    tags=["artifacts"],
    responses=answers(200, ArtifactList) | refusals(404, 503),
)
def index(job_id: JobId, run_id: RunId = None) -> ArtifactList:
    job = get_job(tenant(router), job_id)
    found = artifact_resources(artifacts_of(job, run_id), job_id, base_url(router.current_event))
    return ArtifactList(artifacts=found)


@router.get(
    "/jobs/<job_id>/artifacts/<name>",
    summary="Fetch an artifact",
    operation_id="get_artifact",
    description="Redirects to a presigned URL that holds for a few minutes. Clients that would follow with their API "
    "key, as browsers do, ask for the URL itself.",
    tags=["artifacts"],
    status_code=302,
    responses=redirects() | answers(200, ArtifactLink, "Without redirect: the URL.") | refusals(404, 503),
)
def show(
    job_id: JobId,
    name: Annotated[str, Path()],
    run_id: RunId = None,
    redirect: Annotated[bool, Query(description="false: the URL in the body of a 200.")] = True,
) -> Response[ArtifactLink | None]:
    job = get_job(tenant(router), job_id)
    url = presigned_url(job, unquote(name), run_id)
    headers: dict[str, str | list[str]] = {"Cache-Control": "no-store"}
    if redirect:
        return Response(HTTPStatus.FOUND.value, None, None, headers | {"Location": url})
    link = ArtifactLink(url=url, expires_in=URL_SECONDS)
    return Response(HTTPStatus.OK.value, content_types.APPLICATION_JSON, link, headers)
