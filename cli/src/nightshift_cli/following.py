"""Follows a job by long-polling: one request per change, and a polling loop only while the long poll is overloaded."""

import time
from collections.abc import Iterator
from http import HTTPStatus
from typing import TYPE_CHECKING, Any

from nightshift_cli.exit_codes import BY_STATUS

if TYPE_CHECKING:
    import httpx

WAIT_SECONDS = 20  # what one request may wait; the API allows 25
POLL_SECONDS = 1.0


def watch(api: "httpx.Client", job: dict[str, Any], poll_seconds: float = POLL_SECONDS) -> Iterator[dict[str, Any]]:
    """Yields ``job`` and then each newer version of it, until it is terminal.

    Raises:
        httpx.HTTPStatusError: The API refused.
    """
    yield job
    path, view = f"/jobs/{job['job_id']}", {"view": "current"}
    while job["status"] not in BY_STATUS:
        response = api.get(
            f"{path}/wait", params=view | {"since_version": str(job["version"]), "timeout": str(WAIT_SECONDS)}
        )
        if response.status_code == HTTPStatus.TOO_MANY_REQUESTS or response.is_server_error:
            # All waiters are taken. That lasts as long as others wait, so this asks another function meanwhile.
            time.sleep(poll_seconds)
            response = api.get(path, params=view)
        if response.status_code == HTTPStatus.NOT_MODIFIED:
            continue
        response.raise_for_status()
        newer = response.json()
        if newer["version"] > job["version"]:
            job = newer
            yield job
