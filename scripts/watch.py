"""Follows a job by long-polling: one request per change instead of a polling loop."""

import time
from collections.abc import Iterator
from typing import Any

import httpx

TERMINAL = {"COMPLETED", "FAILED", "CANCELLED", "SKIPPED"}
WAIT_SECONDS = 20  # what one request may wait; the API allows 25


def watch(api: httpx.Client, job: dict[str, Any]) -> Iterator[dict[str, Any]]:
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
        if response.status_code == httpx.codes.TOO_MANY_REQUESTS:  # all waiters are taken: come back
            time.sleep(float(response.headers.get("Retry-After", "1")))
        elif response.status_code != httpx.codes.NOT_MODIFIED:
            response.raise_for_status()
            job = response.json()
            yield job
