"""Webhooks: sends what jobs and batches have to tell to those who asked for it."""

from datetime import timedelta
from typing import Any

from aws_lambda_powertools import Logger, single_metric
from aws_lambda_powertools.metrics import MetricUnit
from aws_lambda_powertools.utilities.batch import AsyncBatchProcessor, EventType, async_process_partial_response
from aws_lambda_powertools.utilities.data_classes.sqs_event import SQSRecord
from aws_lambda_powertools.utilities.typing import LambdaContext

from nightshift.batches import jobs_of
from nightshift.models.batch import Batch
from nightshift.models.job import Job
from nightshift.webhooks.deliver import client, deliver
from nightshift.webhooks.notice import Notice
from nightshift.webhooks.retries import put_off
from nightshift_http.links import deployed_url
from nightshift_http.resources import ended_batch
from nightshift_http.views import view_of

logger = Logger()


class NotTakenError(Exception):
    """The message stays in the queue, to be sent again later."""

    def __init__(self, delay: timedelta) -> None:
        super().__init__(f"again in {delay}")


@logger.inject_lambda_context
def handler(event: dict[str, Any], context: LambdaContext) -> Any:
    """All messages of the batch are sent at once: a slow receiver holds up none but itself."""
    processor = AsyncBatchProcessor(event_type=EventType.SQS, raise_on_entire_batch_failure=False)
    response = async_process_partial_response(event, _send, processor, context)
    if failures := response["batchItemFailures"]:
        with single_metric(name="WebhookFailures", unit=MetricUnit.Count, value=len(failures)):
            pass  # leaving it writes it
    return response


async def _send(record: SQSRecord) -> None:
    receives = int(record.attributes.approximate_receive_count)
    delay = await deliver(Notice.of(record.json_body), receives, _shown, client())
    if delay is not None:
        put_off(record.receipt_handle, delay)
        raise NotTakenError(delay)


def _shown(subject: Job | Batch) -> dict[str, Any]:
    base = deployed_url()
    if isinstance(subject, Job):
        return view_of(subject, base).model_dump(mode="json")
    return ended_batch(subject, jobs_of(subject), base).model_dump(mode="json")
