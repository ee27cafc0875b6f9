"""Webhooks: what a client asks for, what is kept of it, and the record of what was sent."""

import base64
import hashlib
from enum import StrEnum
from typing import Annotated, Literal

from pydantic import AfterValidator, Field, PlainSerializer, SecretStr

from nightshift.models.base import Model, Request, Timestamp

SECRET_PREFIX = "whsec_"
_SECRET_BYTES = range(24, 65)


class WebhookEvent(StrEnum):
    """What a webhook can tell of a job. A batch knows the first three, by how it ended."""

    COMPLETED = "completed"
    FAILED = "failed"
    CANCELLED = "cancelled"
    SKIPPED = "skipped"
    RUNNING = "running"
    STEP = "step"


DEFAULT_EVENTS = (WebhookEvent.COMPLETED, WebhookEvent.FAILED, WebhookEvent.SKIPPED)

RequestedEvent = Literal["completed", "succeeded", "failed", "cancelled", "skipped", "running", "step"]


def _standard(secret: SecretStr) -> SecretStr:
    text = secret.get_secret_value()
    try:
        length = len(base64.b64decode(text.removeprefix(SECRET_PREFIX), validate=True))
    except ValueError:
        length = 0
    if not text.startswith(SECRET_PREFIX) or length not in _SECRET_BYTES:
        raise ValueError("a secret is whsec_ and the Base64 of 24 to 64 random bytes")
    return secret


def _digest(secret: SecretStr) -> str:
    return hashlib.sha256(secret.get_secret_value().encode()).hexdigest()


# Written as its hash: enough to tell two requests with the same idempotency key apart.
Secret = Annotated[SecretStr, AfterValidator(_standard), PlainSerializer(_digest, return_type=str, when_used="json")]


class WebhookRequest(Request):
    """Where to send signed POSTs (Standard Webhooks) of what becomes of a job or batch."""

    url: str = Field(
        max_length=2048, description="https, on a public address. A Discord webhook URL gets Discord's form."
    )
    events: list[RequestedEvent] | None = Field(
        default=None,
        min_length=1,
        max_length=len(WebhookEvent) + 1,
        description="Default of a job: completed (or succeeded), failed, skipped; of a batch: however it ends.",
    )
    secret: Secret | None = Field(
        default=None, description="whsec_… to sign with instead of the tenant's own. Kept encrypted, never returned."
    )


class Webhook(Model):
    """As it is kept on its job or batch. Only the function that sends can open ``sealed_secret``."""

    url: str
    events: tuple[WebhookEvent, ...]
    sealed_secret: str | None = Field(default=None, repr=False)


class DeliveryStatus(StrEnum):
    REQUESTED = "requested"
    DELIVERED = "delivered"
    FAILED = "failed"


class Delivery(Model):
    """One attempt to send one message; ``message_id`` is the same in all attempts, and at the receiver."""

    delivery_id: str
    message_id: str
    event: WebhookEvent
    version: int
    attempt: int
    status: DeliveryStatus
    status_code: int | None = None
    error: str | None = None
    occurred_at: Timestamp
    at: Timestamp = Field(description="When it was tried, or asked for.")
