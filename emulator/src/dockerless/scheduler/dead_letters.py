"""What becomes of an occurrence that no attempt could deliver.

Source: EventBridge Scheduler user guide, "Configuring a schedule's dead-letter queue".
"""

import logging

from botocore.exceptions import ClientError
from botocore.utils import ArnParser

from dockerless.scheduler.invocation import Invocation
from dockerless.scheduler.targets import Clients, send_message

LOG = logging.getLogger(__name__)


def bury(
    invocation: Invocation, payload: str, error: Exception, exhausted: str | None, clients: Clients
) -> None:
    """Send an undeliverable payload to the target's dead-letter queue; without a queue it is only logged.

    Args:
        error: what the last attempt raised.
        exhausted: the limit of the retry policy that ended the attempts; None if another was no use.
    """
    schedule = invocation.schedule
    LOG.warning("Schedule %s gave up after attempt %s: %s", schedule.arn, invocation.attempt, error)
    queue = (schedule.target.get("DeadLetterConfig") or {}).get("Arn")
    if not queue:
        return
    code, message = _describe(error)
    attributes = {
        "ERROR_CODE": code,
        "ERROR_MESSAGE": message,
        "EXECUTION_ID": invocation.execution_id,
        "IS_PAYLOAD_TRUNCATED": "false",
        "RETRY_ATTEMPTS": str(invocation.attempt - 1),
        "SCHEDULED_TIME": invocation.scheduled_time_text,
        "SCHEDULE_ARN": schedule.arn,
        "TARGET_ARN": schedule.target["Arn"],
    }
    if exhausted:
        attributes["EXHAUSTED_RETRY_CONDITION"] = exhausted
    arn = ArnParser().parse_arn(queue)
    try:
        send_message(
            clients("sqs", arn["region"], arn["account"]),
            arn,
            payload,
            MessageAttributes={
                name: {"DataType": "String", "StringValue": value} for name, value in attributes.items()
            },
        )
    except Exception:
        # There is nobody left to tell but the log.
        LOG.exception("Schedule %s could not send to its dead-letter queue %s", schedule.arn, queue)


def _describe(error: Exception) -> tuple[str, str]:
    if isinstance(error, ClientError):
        details = error.response.get("Error", {})
        # An attribute must not be empty.
        return details.get("Code") or "Unknown", details.get("Message") or str(error)
    return type(error).__name__, str(error) or type(error).__name__
