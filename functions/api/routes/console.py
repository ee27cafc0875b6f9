"""The console: a page that needs nothing but this API, and no key to be loaded."""

import hashlib
from collections.abc import Iterator
from functools import cache
from importlib.util import find_spec
from pathlib import Path

from aws_lambda_powertools.event_handler import Response, content_types
from aws_lambda_powertools.event_handler.router import APIGatewayRouter

from nightshift.clients import s3
from nightshift.errors import NotFoundError
from nightshift.settings import settings
from nightshift_http.app import NotModifiedError
from nightshift_http.conditional import is_known
from nightshift_http.parameters import IfNoneMatch

router = APIGatewayRouter()

_PAGE = "index.html"
_TYPES = {".js": "text/javascript", ".css": "text/css", ".svg": "image/svg+xml"}


@cache
def _files() -> dict[str, str]:
    """What is served, by its path below the console's folder, which a layer brings."""
    spec = find_spec("console")
    folder = Path(next(iter(spec.submodule_search_locations or ()))) if spec else Path()
    return dict(_texts(folder))


def _texts(folder: Path) -> Iterator[tuple[str, str]]:
    for path in sorted(folder.rglob("*")):
        if path.suffix in _TYPES or path.name == _PAGE:
            yield path.relative_to(folder).as_posix(), path.read_text(encoding="utf-8")


@cache
def _version() -> str:
    """Of all files together: modules name each other by relative paths, so they can only change as one."""
    digest = hashlib.sha256()
    for name, text in _files().items():
        digest.update(f"{name}\0{text}\0".encode())
    return digest.hexdigest()[:16]


@cache
def _policy() -> str:
    """The Content-Security-Policy: files of this origin only, and the bucket's, which the API signs links to."""
    signed = s3().generate_presigned_url("get_object", Params={"Bucket": settings().bucket_name, "Key": "any"})
    bucket = signed.partition("any?")[0]
    return "; ".join(
        [
            "default-src 'none'",
            "script-src 'self'",
            "style-src 'self'",
            f"img-src 'self' blob: data: {bucket}",
            # Uploads are posted to the bucket itself: its path without the slash is another one.
            f"connect-src 'self' {bucket} {bucket.removesuffix('/')}",
            "base-uri 'none'",
            "form-action 'none'",
            "frame-ancestors 'none'",
            "require-trusted-types-for 'script'",
            "trusted-types dompurify",
        ]
    )


@router.get("/console", summary="The console", tags=["service"], include_in_schema=False)
def page(if_none_match: IfNoneMatch = None) -> Response[str]:
    etag = f'"{_version()}"'
    if is_known(etag, if_none_match):
        raise NotModifiedError(etag)
    html = _files()[_PAGE].replace("{version}", _version())
    headers: dict[str, str | list[str]] = {
        "ETag": etag,
        "Cache-Control": "no-cache",
        "Content-Security-Policy": _policy(),
        "X-Content-Type-Options": "nosniff",
        "Referrer-Policy": "same-origin",
    }
    return Response(200, content_types.TEXT_HTML, html, headers)


@router.get("/console/.+", summary="A file of the console", tags=["service"], include_in_schema=False)
def file() -> Response[str]:
    """Below the version, so that a client may keep it for ever."""
    path = router.current_event.path
    version, _, name = path.removeprefix("/console/").partition("/")
    if version != _version() or name not in _files():
        raise NotFoundError(f"There is nothing at {path}.")
    headers: dict[str, str | list[str]] = {
        "Cache-Control": "public, max-age=31536000, immutable",
        "X-Content-Type-Options": "nosniff",
    }
    return Response(200, f"{_TYPES[Path(name).suffix]}; charset=utf-8", _files()[name], headers)
