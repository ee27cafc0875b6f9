"""Batches: several jobs in one request."""

from http import HTTPStatus
from typing import Annotated, Any

from aws_lambda_powertools.event_handler import Response, content_types
from aws_lambda_powertools.event_handler.openapi.params import Body, Header, Path
from aws_lambda_powertools.event_handler.router import APIGatewayRouter
from pydantic import BaseModel, Field

from nightshift.batches import cancel_batch, get_batch, jobs_of, submit_batch
from nightshift.clock import now
from nightshift.models.base import Request, Timestamp
from nightshift.models.batch import Batch, BatchStatus
from nightshift.models.webhook import WebhookRequest
from nightshift_http.app import tenant
from nightshift_http.documentation import answers, refusals
from nightshift_http.links import base_url
from nightshift_http.problems import FieldProblem
from nightshift_http.resources import (
    BatchCounts,
    JobResource,
    WebhookResource,
    batch_counts,
    job_resource,
    webhook_resource,
)

router = APIGatewayRouter()

BatchId = Annotated[str, Path(description="The batch's id.")]


class BatchRequest(Request):
    jobs: list[dict[str, Any]] = Field(min_length=1, max_length=50, description="Each as for POST /jobs.")
    webhook: WebhookRequest | None = Field(default=None, description="Who is told when all of the jobs have ended.")


class RejectedMember(BaseModel):
    index: int = Field(description="Its place in the request, from 0.")
    errors: list[FieldProblem]


class BatchAccepted(BaseModel):
    batch_id: str
    job_ids: list[str]
    job_count: int
    rejected: list[RejectedMember]


class BatchResource(BaseModel):
    batch_id: str
    status: BatchStatus
    created_at: Timestamp
    counts: BatchCounts
    webhook: WebhookResource | None
    jobs: list[JobResource]


@router.post(
    "/jobs/batch/trigger",
    summary="Make a batch of jobs",
    description="All valid members are made in one write; the others are reported by their index.",
    tags=["batches"],
    status_code=202,
    responses=answers(202, BatchAccepted) | refusals(400, 413, 415, 422, 503),
)
def create(
    body: Annotated[BatchRequest, Body()],
    idempotency_key: Annotated[str | None, Header(alias="Idempotency-Key", min_length=1, max_length=255)] = None,
) -> Response[BatchAccepted]:
    event = router.current_event
    correlation_id = event.request_context.request_id
    submitted = submit_batch(tenant(router), body.jobs, idempotency_key, correlation_id, now(), body.webhook)
    batch = submitted.batch
    accepted = BatchAccepted(
        batch_id=batch.batch_id,
        job_ids=list(batch.job_ids),
        job_count=len(batch.job_ids),
        rejected=[RejectedMember(index=member.index, errors=member.errors) for member in submitted.rejected],
    )
    headers: dict[str, str | list[str]] = {
        "Location": f"{base_url(event)}/jobs/batch/{batch.batch_id}",
        "Retry-After": "1",
    }
    if submitted.replayed:
        headers["Idempotency-Replayed"] = "true"
    return Response(HTTPStatus.ACCEPTED.value, content_types.APPLICATION_JSON, accepted, headers)


@router.get(
    "/jobs/batch/<batch_id>",
    summary="Show a batch",
    tags=["batches"],
    responses=answers(200, BatchResource) | refusals(404, 503),
)
def show(batch_id: BatchId) -> BatchResource:
    return _resource(get_batch(tenant(router), batch_id))


@router.post(
    "/jobs/batch/<batch_id>/cancel",
    summary="Cancel what is left of a batch",
    tags=["batches"],
    status_code=202,
    responses=answers(202, BatchResource) | refusals(404, 409, 503),
)
def cancel(batch_id: BatchId) -> Response[BatchResource]:
    batch = cancel_batch(tenant(router), batch_id, now())
    headers: dict[str, str | list[str]] = {"Retry-After": "1"}
    return Response(HTTPStatus.ACCEPTED.value, content_types.APPLICATION_JSON, _resource(batch), headers)


def _resource(batch: Batch) -> BatchResource:
    base = base_url(router.current_event)
    return BatchResource(
        batch_id=batch.batch_id,
        status=batch.status,
        created_at=batch.created_at,
        counts=batch_counts(batch),
        webhook=webhook_resource(batch.webhook),
        jobs=[job_resource(job, base) for job in jobs_of(batch)],
    )
