"""Webhooks: what a client asks for, what is kept of it, and the record of what was sent."""

import base64
import hashlib
from enum import StrEnum
from typing import Annotated, Any, Literal, get_args

from pydantic import AfterValidator, ConfigDict, Field, PlainSerializer, SecretStr, model_validator

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


_OLD_FIELDS = {
    "webhook_url": {"description": "As webhook.url.", "anyOf": [{"type": "string"}, {"type": "null"}]},
    "webhook_events": {
        "description": "As webhook.events.",
        "anyOf": [
            {"type": "array", "items": {"type": "string", "enum": list(get_args(RequestedEvent))}, "minItems": 1},
            {"type": "null"},
        ],
    },
}


def _with_old_fields(schema: dict[str, Any]) -> None:
    schema["properties"] |= _OLD_FIELDS


class Notifying(Request):
    """A request that may name a webhook, in one field or in the two of the old trigger API."""

    model_config = ConfigDict(json_schema_extra=_with_old_fields)

    webhook: WebhookRequest | None = Field(default=None, description="Who is told what becomes of it.")

    @model_validator(mode="before")
    @classmethod
    def _of_old_fields(cls, body: Any) -> Any:
        if not isinstance(body, dict):
            return body
        old = {name: body[name] for name in _OLD_FIELDS if body.get(name) is not None}
        today = {name: value for name, value in body.items() if name not in _OLD_FIELDS}
        if not old:
            return today
        if today.get("webhook") is not None or "webhook_url" not in old:
            raise ValueError("webhook_events goes with webhook_url, and both in place of webhook")
        return today | {"webhook": {"url": old["webhook_url"], "events": old.get("webhook_events")}}


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
