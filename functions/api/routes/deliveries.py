"""Deliveries: what was sent to the webhook of a job or batch, and sending it again."""

from typing import Annotated

from aws_lambda_powertools.event_handler import Response
from aws_lambda_powertools.event_handler.openapi.params import Path
from aws_lambda_powertools.event_handler.router import APIGatewayRouter
from pydantic import BaseModel, Field

from nightshift.batches import get_batch
from nightshift.clock import now
from nightshift.models.webhook import Delivery
from nightshift.store.reads import get_job
from nightshift.webhooks.record import ask_again, list_deliveries
from nightshift_http.app import tenant
from nightshift_http.documentation import answers, refusals
from nightshift_http.links import base_url, batch_url, job_url
from nightshift_http.parameters import BatchId, JobId
from nightshift_http.responses import accepted

router = APIGatewayRouter()

_ATTEMPTS = "Each attempt is one; attempts at the same message share message_id, which the receiver gets too."


class DeliveryList(BaseModel):
    deliveries: list[Delivery] = Field(description="The latest 200 attempts, those of the latest event first.")


@router.get(
    "/jobs/<job_id>/deliveries",
    summary="List what was sent to a job's webhook",
    operation_id="list_deliveries",
    description=_ATTEMPTS,
    tags=["webhooks"],
    responses=answers(200, DeliveryList) | refusals(404, 503),
)
def index(job_id: JobId) -> DeliveryList:
    return DeliveryList(deliveries=list_deliveries(get_job(tenant(router), job_id)))


@router.post(
    "/jobs/<job_id>/deliveries/<delivery_id>/redeliver",
    summary="Send a message again",
    description="To the job's webhook as it is now, with the same webhook-id, whatever became of it before.",
    tags=["webhooks"],
    status_code=202,
    responses=answers(202, Delivery, "The attempt that was asked for.") | refusals(404, 409, 503),
)
def redeliver(job_id: JobId, delivery_id: Annotated[str, Path()]) -> Response[Delivery]:
    delivery = ask_again(get_job(tenant(router), job_id), delivery_id, now())
    return accepted(delivery, f"{job_url(base_url(router.current_event), job_id)}/deliveries")


@router.get(
    "/jobs/batch/<batch_id>/deliveries",
    summary="List what was sent to a batch's webhook",
    operation_id="list_batch_deliveries",
    description=_ATTEMPTS,
    tags=["webhooks"],
    responses=answers(200, DeliveryList) | refusals(404, 503),
)
def index_of_batch(batch_id: BatchId) -> DeliveryList:
    return DeliveryList(deliveries=list_deliveries(get_batch(tenant(router), batch_id)))


@router.post(
    "/jobs/batch/<batch_id>/deliveries/<delivery_id>/redeliver",
    summary="Send a batch's message again",
    operation_id="redeliver_of_batch",
    description="To the batch's webhook, with the same webhook-id, whatever became of it before.",
    tags=["webhooks"],
    status_code=202,
    responses=answers(202, Delivery, "The attempt that was asked for.") | refusals(404, 409, 503),
)
def redeliver_of_batch(batch_id: BatchId, delivery_id: Annotated[str, Path()]) -> Response[Delivery]:
    delivery = ask_again(get_batch(tenant(router), batch_id), delivery_id, now())
    return accepted(delivery, f"{batch_url(base_url(router.current_event), batch_id)}/deliveries")
