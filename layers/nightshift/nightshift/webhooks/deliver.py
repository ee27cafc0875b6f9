"""Sending what a job or batch has to tell, at least once, and never in the way of the job itself."""

import logging
from collections.abc import Callable
from datetime import timedelta
from http import HTTPStatus
from typing import Any

from nightshift import clock
from nightshift.log_keys import about
from nightshift.models.batch import Batch
from nightshift.models.job import Job
from nightshift.models.webhook import Delivery, DeliveryStatus
from nightshift.outbound.client import Answer, GuardedClient, UnreachableError
from nightshift.outbound.urls import RefusedUrlError
from nightshift.settings import settings
from nightshift.store.keys import batch_key
from nightshift.store.reads import find_item, find_job
from nightshift.webhooks.messages import write
from nightshift.webhooks.notice import Notice
from nightshift.webhooks.record import attempts_of, next_attempt, put_attempt
from nightshift.webhooks.retries import delay_after

logger = logging.getLogger(__name__)

SECONDS = 15.0
_READ_AT_MOST = 4096
_SUCCESS = range(200, 300)
_SHOWN_OF_BODY = 200

type Show = Callable[[Job | Batch], dict[str, Any]]


def client() -> GuardedClient:
    return GuardedClient(allow_local=settings().allow_local_targets, seconds=SECONDS)


async def deliver(notice: Notice, receives: int, show: Show, sender: GuardedClient) -> timedelta | None:
    """Try to send the message of the notice, and record how that went.

    Args:
        receives: How often the notice has been received, this time included.
        show: Makes of the job or batch what the API shows of it.

    Returns:
        How long to wait before the next attempt; None if there is nothing left to do.
    """
    subject = _find(notice)
    if subject is None or subject.webhook is None:
        return None
    attempts = attempts_of(notice)
    if _is_done(notice, attempts):
        return None
    message = write(notice, subject.tenant_id, subject.webhook, show(subject), clock.now())
    answer, error = None, None
    try:
        answer = await sender.send("POST", subject.webhook.url, message.headers, message.body, at_most=_READ_AT_MOST)
        error = _complaint(answer)
    except (RefusedUrlError, UnreachableError) as failure:
        error = f"{failure}."
    _record(notice, subject, attempts, answer, error)
    if error is None or (answer and answer.status_code == HTTPStatus.GONE):
        return None
    return delay_after(receives, answer.headers.get("retry-after") if answer else None, clock.now())


def _find(notice: Notice) -> Job | Batch | None:
    if notice.kind == "job":
        return find_job(notice.id)
    item = find_item(batch_key(notice.id))
    return Batch.model_validate(item) if item else None


def _is_done(notice: Notice, attempts: list[Delivery]) -> bool:
    """Whether the message has arrived already: events come twice. One asked for by a client has to arrive again."""
    first = notice.requested or 1
    return any(seen.status is DeliveryStatus.DELIVERED and seen.attempt >= first for seen in attempts)


def _complaint(answer: Answer) -> str | None:
    """Why the answer is none that takes the message; None for any 2xx."""
    if answer.status_code in _SUCCESS:
        return None
    body = " ".join(answer.body.decode(errors="replace").split())
    return f"The receiver answered {answer.status_code}: {body[:_SHOWN_OF_BODY]}".rstrip(": ") + "."


def _record(
    notice: Notice, subject: Job | Batch, attempts: list[Delivery], answer: Answer | None, error: str | None
) -> None:
    status = DeliveryStatus.FAILED if error else DeliveryStatus.DELIVERED
    code = answer.status_code if answer else None
    number = _number(notice, attempts)
    while not put_attempt(notice, subject.tenant_id, number, clock.now(), status, status_code=code, error=error):
        number += 1  # the same event, told twice at once
    # The URL may be a secret itself, as Discord's are.
    logger.info(
        "webhook sent" if error is None else "webhook not taken",
        extra=about(subject) | {"event": notice.event, "attempt": number, "status_code": code},
    )


def _number(notice: Notice, attempts: list[Delivery]) -> int:
    pending = any(seen.attempt == notice.requested and seen.status is DeliveryStatus.REQUESTED for seen in attempts)
    return notice.requested if notice.requested and pending else next_attempt(attempts)
