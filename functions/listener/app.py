"""The state listener: DynamoDB Streams in place of LISTEN/NOTIFY. Publishes what really changed on a job."""

import json
from typing import Any

from aws_lambda_powertools import Logger
from aws_lambda_powertools.utilities.typing import LambdaContext

from nightshift.changes import change_of, opening_of, publish, reschedule_of
from nightshift.clients import sqs
from nightshift.settings import settings
from nightshift.store.items import from_item
from nightshift.webhooks.events import batch_ended, redelivery

logger = Logger()

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
    for record in event["Records"]:
        try:
            change = _change(record)
        except Exception:
            logger.exception("poison record", extra={"event_id": record.get("eventID")})
            _set_aside(record)
            continue
        if change:
            logger.info("changed", extra=change)
            changes.append(change)
    publish(changes)


def _set_aside(record: dict[str, Any]) -> None:
    """Keep the record for a person to look at; of one too large for a message, what tells where to look."""
    body = json.dumps(record)
    if len(body) > MESSAGE_CHARACTERS_AT_MOST:
        body = json.dumps({"eventID": record.get("eventID"), "Keys": record.get("dynamodb", {}).get("Keys")})
    sqs().send_message(QueueUrl=settings().poison_queue_url, MessageBody=body)


def _change(record: dict[str, Any]) -> dict[str, Any] | None:
    images = record["dynamodb"]
    told = _TELLERS.get(images["Keys"]["sk"]["S"].partition("#")[0])
    if record["eventName"] == "REMOVE" or told is None:
        return None
    old = images.get("OldImage")
    return told(from_item(old) if old else None, from_item(images["NewImage"]))
