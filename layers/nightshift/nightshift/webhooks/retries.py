"""When a message that was not taken is sent again: the queue keeps it hidden until then."""

import math
import random
import re
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime

from nightshift.clients import sqs
from nightshift.settings import settings

DELAYS = (
    timedelta(seconds=5),
    timedelta(minutes=5),
    timedelta(minutes=30),
    timedelta(hours=2),
    timedelta(hours=5),
    timedelta(hours=10),
)
"""As Standard Webhooks advises. The queue's ``maxReceiveCount`` is one more: after it the dead-letter queue."""

_JITTER = 0.1
# SQS hides a message for 12 hours at most, counted from when it was received.
_LONGEST = timedelta(hours=11, minutes=55)


def delay_after(receives: int, retry_after: str | None, now: datetime) -> timedelta:
    """How long to wait after the message was received that many times in vain.

    Args:
        retry_after: What the receiver asked for, in seconds or as a date; honoured if it is longer.
    """
    if receives > len(DELAYS):
        return timedelta()
    planned: timedelta = DELAYS[receives - 1] * settings().webhook_retry_scale
    planned *= random.uniform(1 - _JITTER, 1 + _JITTER)
    return min(max(planned, _asked_for(retry_after, now)), _LONGEST)


def put_off(receipt_handle: str, delay: timedelta) -> None:
    """Hide a message that was received, to be received again after the delay."""
    sqs().change_message_visibility(
        QueueUrl=settings().webhook_queue_url,
        ReceiptHandle=receipt_handle,
        VisibilityTimeout=math.ceil(delay.total_seconds()),
    )


def _asked_for(retry_after: str | None, now: datetime) -> timedelta:
    text = (retry_after or "").strip()
    if re.fullmatch(r"[0-9]{1,12}", text):
        return timedelta(seconds=int(text))
    try:
        at = parsedate_to_datetime(text)
    except (ValueError, TypeError, IndexError, OverflowError):  # of text that is no date, it raises any of these
        return timedelta()
    return (at if at.tzinfo else at.replace(tzinfo=UTC)) - now
