"""Discord's own form of a webhook: an embed instead of a signed message."""

from typing import Any

from nightshift.clock import rfc3339
from nightshift.models.webhook import WebhookEvent
from nightshift.webhooks.notice import Notice

_PREFIXES = tuple(
    f"https://{www}{domain}/api/webhooks/" for domain in ("discord.com", "discordapp.com") for www in ("", "www.")
)
_ERROR_CHARACTERS = 1000
_GREEN, _RED, _GREY = 0x2ECC71, 0xE74C3C, 0x95A5A6
_COLOURS = {WebhookEvent.COMPLETED: _GREEN, WebhookEvent.FAILED: _RED}


def is_discord(url: str) -> bool:
    """Whether the URL begins exactly as Discord's do: anybody may have a host or path that looks alike."""
    return url.startswith(_PREFIXES)


def embed(notice: Notice, data: dict[str, Any]) -> dict[str, Any]:
    """The body for Discord.

    Args:
        data: The job or batch as the API shows it.
    """
    shown: dict[str, Any] = {
        "title": f"{data.get('type', notice.kind).title()} {notice.event}",
        "color": _COLOURS.get(notice.event, _GREY),
        "timestamp": rfc3339(notice.occurred_at),
        "fields": [{"name": f"{notice.kind}_id", "value": notice.id}],
    }
    if error := data.get("error"):
        shown["description"] = f"{error['code']}: {error['message']}"[:_ERROR_CHARACTERS]
    # What a program printed must not call anybody.
    return {"embeds": [shown], "allowed_mentions": {"parse": []}}
