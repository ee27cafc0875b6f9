"""Which pages of other origins may call the API from a browser."""

from functools import cache
from urllib.parse import urlsplit

from aws_lambda_powertools.event_handler.api_gateway import CORSConfig

from nightshift.settings import settings

LOOPBACK = "loopback"
"""Stands for the pages that this machine itself serves, on any port."""

_LOOPBACK_HOSTS = {"localhost", "127.0.0.1", "::1"}
_PREFLIGHT_SECONDS = 600


class _LoopbackToo(CORSConfig):
    def allowed_origin(self, extracted_origin: str) -> str | None:
        return extracted_origin if _is_loopback(extracted_origin) else super().allowed_origin(extracted_origin)

    def to_dict(self, origin: str | None) -> dict[str, str]:
        return (
            _config(CORSConfig, origin).to_dict(origin) if origin and _is_loopback(origin) else super().to_dict(origin)
        )


@cache
def cors() -> CORSConfig:
    """What the deployment's settings allow; nothing if they name no origin."""
    origins = settings().cors_origins
    return _config(_LoopbackToo if LOOPBACK in origins else CORSConfig, *origins)


def _config(kind: type[CORSConfig], first: str = "", *others: str) -> CORSConfig:
    return kind(
        allow_origin=first,
        extra_origins=list(others),
        allow_headers=["Idempotency-Key", "If-None-Match"],
        expose_headers=["Deprecation", "ETag", "Idempotency-Replayed", "Link", "Location", "Retry-After"],
        max_age=_PREFLIGHT_SECONDS,
    )


def _is_loopback(origin: str) -> bool:
    try:
        return urlsplit(origin).hostname in _LOOPBACK_HOSTS
    except ValueError:
        return False
