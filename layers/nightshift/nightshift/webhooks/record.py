"""The record of what was sent: one Delivery item an attempt, beside the job or batch that it tells of."""

import uuid
from datetime import datetime

from nightshift.errors import NotFoundError, StateConflictError
from nightshift.models.batch import Batch
from nightshift.models.job import Job
from nightshift.models.webhook import Delivery, DeliveryStatus
from nightshift.store.items import to_item
from nightshift.store.keys import DELIVERIES, deliveries_of, delivery_key
from nightshift.store.reading import read_all
from nightshift.store.reads import find_item, query_items
from nightshift.store.write import Update, tries
from nightshift.webhooks.notice import Kind, Notice, partition_of

_SHOWN_AT_MOST = 200


def attempts_of(notice: Notice) -> list[Delivery]:
    """What was tried to send the message, the latest attempts first."""
    prefix = deliveries_of(notice.version, notice.event)
    items = query_items(notice.partition, prefix, _SHOWN_AT_MOST, newest_first=True)
    return [Delivery.model_validate(item) for item in items]


def list_deliveries(subject: Job | Batch) -> list[Delivery]:
    """The attempts to tell of the job or batch, those of its latest event first."""
    kind, subject_id = _named(subject)
    items = query_items(partition_of(kind, subject_id), DELIVERIES, _SHOWN_AT_MOST, newest_first=True)
    return read_all(Delivery, items)


def put_attempt(
    notice: Notice,
    tenant_id: str,
    attempt: int,
    now: datetime,
    status: DeliveryStatus,
    *,
    status_code: int | None = None,
    error: str | None = None,
) -> Delivery | None:
    """Record an attempt, in place of the request for it if there is one; None if another took its number."""
    delivery = Delivery(
        delivery_id=str(uuid.uuid5(uuid.UUID(notice.id), f"{notice.message_id} {attempt}")),
        message_id=notice.message_id,
        event=notice.event,
        version=notice.version,
        attempt=attempt,
        status=status,
        status_code=status_code,
        error=error,
        occurred_at=notice.occurred_at,
        at=now,
    )
    written = Update(
        delivery_key(notice.partition, notice.version, notice.event, attempt),
        values=delivery.model_dump(mode="json")
        | {"entity": "Delivery", "tenant_id": tenant_id, f"{notice.kind}_id": notice.id}
        | {"expires_at": _expiry(notice)},
        condition="attribute_not_exists(#status) OR #status = :requested",
        where={"requested": DeliveryStatus.REQUESTED},
    ).apply()
    return delivery if written else None


def ask_again(subject: Job | Batch, delivery_id: str, now: datetime) -> Delivery:
    """Write down that the message of a delivery is to be sent once more, whatever became of it before.

    Raises:
        NotFoundError: the job or batch has no such delivery among its latest 200.
        StateConflictError: it has no webhook any more.
    """
    kind, subject_id = _named(subject)
    if subject.webhook is None:
        raise StateConflictError(f"{kind.title()} {subject_id} has no webhook; there is nowhere to send to.")
    before = next((seen for seen in list_deliveries(subject) if seen.delivery_id == delivery_id), None)
    if before is None:
        raise NotFoundError(f"{kind.title()} {subject_id} has no delivery {delivery_id}.")
    notice = Notice(kind, subject_id, before.event, before.version, before.occurred_at)
    for _ in tries():
        number = next_attempt(attempts_of(notice))
        if asked := put_attempt(notice, subject.tenant_id, number, now, DeliveryStatus.REQUESTED):
            return asked
    raise StateConflictError(f"Delivery {delivery_id} is being tried all the time; ask again later.")


def next_attempt(attempts: list[Delivery]) -> int:
    """The number after those of the attempts, the latest of which comes first."""
    return attempts[0].attempt + 1 if attempts else 1


def _named(subject: Job | Batch) -> tuple[Kind, str]:
    return ("job", subject.job_id) if isinstance(subject, Job) else ("batch", subject.batch_id)


def _expiry(notice: Notice) -> int | None:
    """That of the job or batch, which may have ended long before it is told of."""
    subject = find_item(to_item({"pk": notice.partition, "sk": notice.kind.upper()})) or {}
    return subject.get("expires_at")
