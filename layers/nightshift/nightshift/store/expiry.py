"""When what has ended is dropped. Workers use it too, and need no models: see ``keys``."""

from datetime import datetime, timedelta

from nightshift.settings import settings


def expires_at(now: datetime) -> int:
    """When something expires that ends now, in seconds since 1970."""
    return int((now + timedelta(days=settings().retention_days)).timestamp())
