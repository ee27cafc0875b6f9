"""The record of what was sent: one Delivery item an attempt, beside the job or batch that it tells of."""

import uuid
from datetime import datetime

from nightshift.errors import NotFoundError, StateConflictError
from nightshift.models.job import Job
from nightshift.models.webhook import Delivery, DeliveryStatus
from nightshift.store.items import to_item
from nightshift.store.keys import DELIVERIES, deliveries_of, delivery_key
from nightshift.store.reads import find_item, get_job, query_items
from nightshift.store.write import Update
from nightshift.webhooks.notice import Notice

_SHOWN_AT_MOST = 200
_TRIES = 8


def attempts_of(notice: Notice) -> list[Delivery]:
    """What was tried to send the message, the latest attempts first."""
    prefix = deliveries_of(notice.version, notice.event)
    items = query_items(notice.partition, prefix, _SHOWN_AT_MOST, newest_first=True)
    return [Delivery.model_validate(item) for item in items]


def list_deliveries(job: Job) -> list[Delivery]:
    """The attempts to tell of the job, those of its latest event first."""
    items = query_items(f"JOB#{job.job_id}", DELIVERIES, _SHOWN_AT_MOST, newest_first=True)
    return [Delivery.model_validate(item) for item in items]


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


def ask_again(tenant_id: str, job_id: str, delivery_id: str, now: datetime) -> Delivery:
    """Write down that the message of a delivery is to be sent once more, whatever became of it before.

    Raises:
        NotFoundError: the tenant has no such job, or the job no such delivery among its latest 200.
        StateConflictError: the job has no webhook any more.
    """
    job = get_job(tenant_id, job_id)
    if job.webhook is None:
        raise StateConflictError(f"Job {job_id} has no webhook any more; there is nowhere to send to.")
    before = next((seen for seen in list_deliveries(job) if seen.delivery_id == delivery_id), None)
    if before is None:
        raise NotFoundError(f"Job {job_id} has no delivery {delivery_id}.")
    notice = Notice("job", job_id, before.event, before.version, before.occurred_at)
    for _ in range(_TRIES):
        number = next_attempt(attempts_of(notice))
        if asked := put_attempt(notice, tenant_id, number, now, DeliveryStatus.REQUESTED):
            return asked
    raise StateConflictError(f"Delivery {delivery_id} is being tried all the time; ask again later.")


def next_attempt(attempts: list[Delivery]) -> int:
    """The number after those of the attempts, the latest of which comes first."""
    return attempts[0].attempt + 1 if attempts else 1


def _expiry(notice: Notice) -> int | None:
    """That of the job or batch, which may have ended long before it is told of."""
    subject = find_item(to_item({"pk": notice.partition, "sk": notice.kind.upper()})) or {}
    return subject.get("expires_at")
