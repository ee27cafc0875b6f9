"""Time as the table stores it: RFC 3339, UTC, milliseconds, ``Z``; such strings sort as their instants do."""

from datetime import UTC, datetime


def now() -> datetime:
    """The present instant, cut to the millisecond that the table keeps."""
    instant = datetime.now(UTC)
    return instant.replace(microsecond=instant.microsecond // 1000 * 1000)


def rfc3339(instant: datetime) -> str:
    """``2026-01-31T09:30:00.000Z``"""
    return instant.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")
