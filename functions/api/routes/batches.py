"""Batches: several jobs in one request."""

from typing import Annotated, Any

from aws_lambda_powertools.event_handler import Response
from aws_lambda_powertools.event_handler.openapi.params import Body
from aws_lambda_powertools.event_handler.router import APIGatewayRouter
from pydantic import BaseModel, Field

from nightshift.batches import cancel_batch, get_batch, jobs_of, submit_batch
from nightshift.clock import now
from nightshift.models.base import Timestamp
from nightshift.models.batch import Batch, BatchStatus
from nightshift.models.webhook import Notifying
from nightshift_http.app import tenant
from nightshift_http.bodies import that_fit
from nightshift_http.documentation import answers, refusals
from nightshift_http.links import base_url, batch_url
from nightshift_http.parameters import BatchId, IdempotencyKey, ViewParameter
from nightshift_http.problems import FieldProblem
from nightshift_http.resources import (
    BatchCounts,
    WebhookResource,
    batch_counts,
    webhook_resource,
)
from nightshift_http.responses import accepted
from nightshift_http.views import AnyJobResource, View, view_of

router = APIGatewayRouter()


class BatchRequest(Notifying):
    jobs: list[dict[str, Any]] = Field(min_length=1, max_length=50, description="Each as for POST /jobs.")


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
    jobs: list[AnyJobResource] = Field(description="As many as 4 MB hold; GET /jobs lists all, by batch_id.")


@router.post(
    "/jobs/batch/trigger",
    summary="Make a batch of jobs",
    operation_id="create_batch",
    description="All valid members are made in one write; the others are reported by their index.",
    tags=["batches"],
    status_code=202,
    responses=answers(202, BatchAccepted) | refusals(400, 413, 415, 503),
)
def create(
    body: Annotated[BatchRequest, Body()],
    idempotency_key: IdempotencyKey = None,
) -> Response[BatchAccepted]:
    correlation_id = router.current_event.request_context.request_id
    submitted = submit_batch(tenant(router), body.jobs, idempotency_key, correlation_id, now(), body.webhook)
    batch = submitted.batch
    answer = BatchAccepted(
        batch_id=batch.batch_id,
        job_ids=list(batch.job_ids),
        job_count=len(batch.job_ids),
        rejected=[RejectedMember(index=member.index, errors=member.errors) for member in submitted.rejected],
    )
    return accepted(answer, _location(batch.batch_id), replayed=submitted.replayed)


@router.get(
    "/jobs/batch/<batch_id>",
    summary="Show a batch",
    operation_id="get_batch",
    tags=["batches"],
    responses=answers(200, BatchResource) | refusals(404, 503),
)
def show(batch_id: BatchId, view: ViewParameter = None) -> BatchResource:
    return _resource(get_batch(tenant(router), batch_id), view)


@router.post(
    "/jobs/batch/<batch_id>/cancel",
    summary="Cancel what is left of a batch",
    operation_id="cancel_batch",
    tags=["batches"],
    status_code=202,
    responses=answers(202, BatchResource) | refusals(404, 409, 503),
)
def cancel(batch_id: BatchId, view: ViewParameter = None) -> Response[BatchResource]:
    batch = cancel_batch(tenant(router), batch_id, now())
    return accepted(_resource(batch, view), _location(batch_id))


def _location(batch_id: str) -> str:
    return batch_url(base_url(router.current_event), batch_id)


def _resource(batch: Batch, view: View | None) -> BatchResource:
    base = base_url(router.current_event)
    return BatchResource(
        batch_id=batch.batch_id,
        status=batch.status,
        created_at=batch.created_at,
        counts=batch_counts(batch),
        webhook=webhook_resource(batch.webhook),
        jobs=that_fit(view_of(job, base, view) for job in jobs_of(batch)),
    )
