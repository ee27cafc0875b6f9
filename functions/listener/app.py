"""The state listener: DynamoDB Streams in place of LISTEN/NOTIFY. Publishes what really changed on a job."""

import json
from typing import Any

from aws_lambda_powertools import Logger
from aws_lambda_powertools.metrics import EphemeralMetrics, MetricUnit
from aws_lambda_powertools.utilities.typing import LambdaContext

from nightshift.changes import change_of, opening_of, publish, reschedule_of
from nightshift.clients import sqs
from nightshift.figures import TIMES, figures_of
from nightshift.settings import settings
from nightshift.store.items import from_item
from nightshift.webhooks.events import batch_ended, redelivery

logger = Logger()

type Images = tuple[dict[str, Any] | None, dict[str, Any]]

MESSAGE_CHARACTERS_AT_MOST = 200_000

# By what the sort key of the item begins with.
_TELLERS = {
    "JOB": change_of,
    "STATE": opening_of,
    "SCHEDULE": reschedule_of,
    "BATCH": batch_ended,
    "DELIVERY": redelivery,
}


@logger.inject_lambda_context
def handler(event: dict[str, Any], context: LambdaContext) -> None:
    """A record that cannot be understood goes to its own queue, whole, and the others go on.

    A bus that refuses fails the batch: the stream keeps its records and delivers them again.
    """
    changes = []
    counted: list[tuple[str, dict[str, float]]] = []
    for record in event["Records"]:
        try:
            images = _images(record)
            change = _change(record, images)
        except Exception:
            logger.exception("poison record", extra={"event_id": record.get("eventID")})
            _set_aside(record)
            continue
        if change and images:
            logger.info("changed", extra=change)
            changes.append(change)
            if "job_id" in change and (figures := figures_of(*images)):
                counted.append((change["type"], figures))
    publish(changes)
    # Not before: a batch that could not be published comes again.
    for job_type, figures in counted:
        _count(job_type, figures)


def _set_aside(record: dict[str, Any]) -> None:
    """Keep the record for a person to look at; of one too large for a message, what tells where to look."""
    body = json.dumps(record)
    if len(body) > MESSAGE_CHARACTERS_AT_MOST:
        body = json.dumps({"eventID": record.get("eventID"), "Keys": record.get("dynamodb", {}).get("Keys")})
    sqs().send_message(QueueUrl=settings().poison_queue_url, MessageBody=body)


def _images(record: dict[str, Any]) -> Images | None:
    """The item before, if there was one, and after; None of one that is gone."""
    if record["eventName"] == "REMOVE":
        return None
    old = record["dynamodb"].get("OldImage")
    return from_item(old) if old else None, from_item(record["dynamodb"]["NewImage"])


def _change(record: dict[str, Any], images: Images | None) -> dict[str, Any] | None:
    told = _TELLERS.get(record["dynamodb"]["Keys"]["sk"]["S"].partition("#")[0])
    return told(*images) if told and images else None


def _count(job_type: str, figures: dict[str, float]) -> None:
    metrics = EphemeralMetrics()
    metrics.add_dimension("type", job_type)
    for name, value in figures.items():
        metrics.add_metric(name, MetricUnit.Seconds if name in TIMES else MetricUnit.Count, value)
    metrics.flush_metrics()
