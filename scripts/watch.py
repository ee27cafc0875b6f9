"""Follows a job by long-polling: one request per change, and a polling loop only while the long poll is overloaded."""

import time
from collections.abc import Iterator
from typing import Any

import httpx

TERMINAL = {"COMPLETED", "FAILED", "CANCELLED", "SKIPPED"}
WAIT_SECONDS = 20  # what one request may wait; the API allows 25
POLL_SECONDS = 1.0


def watch(api: httpx.Client, job: dict[str, Any], poll_seconds: float = POLL_SECONDS) -> Iterator[dict[str, Any]]:
    """Yields ``job`` and then each newer version of it, until it is terminal.

    Raises:
        httpx.HTTPStatusError: The API refused.
    """
    yield job
    while job["status"] not in TERMINAL:
        response = api.get(
            f"/jobs/{job['job_id']}/wait",
            params={"since_version": job["version"], "timeout": WAIT_SECONDS},
        )
        if response.status_code == httpx.codes.TOO_MANY_REQUESTS or response.is_server_error:
            # All waiters are taken. That lasts as long as others wait, so this asks another function meanwhile.
            time.sleep(poll_seconds)
            response = api.get(f"/jobs/{job['job_id']}")
        if response.status_code == httpx.codes.NOT_MODIFIED:
            continue
        response.raise_for_status()
        newer = response.json()
        if newer["version"] > job["version"]:
            job = newer
            yield job
