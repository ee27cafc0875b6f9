"""Taking in a webhook that a client asked for."""

from collections.abc import Iterable

from nightshift.errors import InvalidRequestError
from nightshift.models.webhook import DEFAULT_EVENTS, Webhook, WebhookEvent, WebhookRequest
from nightshift.outbound.urls import RefusedUrlError, target_of
from nightshift.settings import settings
from nightshift.webhooks.secrets import seal


def take_in(
    tenant_id: str, request: WebhookRequest | None, default_events: tuple[WebhookEvent, ...] = DEFAULT_EVENTS
) -> Webhook | None:
    """The webhook as it is kept, its secret encrypted; None if none was asked for.

    Raises:
        InvalidRequestError: the URL is one that no message is sent to.
    """
    if request is None:
        return None
    try:
        target_of(request.url, allow_local=settings().allow_local_targets)
    except RefusedUrlError as error:
        raise InvalidRequestError(f"webhook.url: {error}.") from error
    return Webhook(
        url=request.url,
        events=_known(request.events) if request.events else default_events,
        sealed_secret=seal(tenant_id, request.secret.get_secret_value()) if request.secret else None,
    )


def _known(asked: Iterable[str]) -> tuple[WebhookEvent, ...]:
    """In one order and under one name each: ``succeeded`` is the older word for ``completed``."""
    names = {"completed" if name == "succeeded" else name for name in asked}
    return tuple(event for event in WebhookEvent if event in names)
