"""Messages as they are sent: Standard Webhooks, or Discord's form for Discord's URLs."""

import json
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from standardwebhooks import Webhook as Signer

from nightshift.clock import rfc3339
from nightshift.models.webhook import Webhook
from nightshift.version import VERSION
from nightshift.webhooks.discord import embed, is_discord
from nightshift.webhooks.notice import Notice
from nightshift.webhooks.secrets import tenant_secrets, unseal

_USER_AGENT = f"Nightshift/{VERSION}"


@dataclass(frozen=True, slots=True)
class Message:
    headers: dict[str, str]
    body: bytes


def write(notice: Notice, tenant_id: str, webhook: Webhook, data: dict[str, Any], now: datetime) -> Message:
    """The message of the notice for the webhook.

    Args:
        data: The job or batch as the API shows it.
        now: When the message is signed; receivers refuse signatures that are minutes old.
    """
    headers = {"Content-Type": "application/json", "User-Agent": _USER_AGENT}
    if is_discord(webhook.url):
        return Message(headers, _json(embed(notice, data)))
    name = f"{notice.kind}.{notice.event}"
    body = _json({"type": name, "timestamp": rfc3339(notice.occurred_at), "data": data})
    own = webhook.sealed_secret
    secrets = [unseal(tenant_id, own)] if own else tenant_secrets(tenant_id, now)
    signatures = [Signer(secret).sign(notice.message_id, now.astimezone(UTC), body.decode()) for secret in secrets]
    headers |= {
        "webhook-id": notice.message_id,
        "webhook-timestamp": str(int(now.timestamp())),
        "webhook-signature": " ".join(signatures),
        f"X-{notice.kind.title()}-ID": notice.id,
        f"X-{notice.kind.title()}-Event": name,
    }
    return Message(headers, body)


def _json(value: Any) -> bytes:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":")).encode()
