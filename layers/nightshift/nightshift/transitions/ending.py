"""What every end of a job has in common."""

from datetime import datetime
from typing import Any

from nightshift.models.job import Job
from nightshift.store.retention import expire_batch
from nightshift.store.write import transact_with


def end(job: Job, writes: list[dict[str, Any]], now: datetime, beside: list[dict[str, Any]]) -> bool:
    """Write a job's end, and beside it what it made and when all that hangs on it expires."""
    ended = transact_with(writes, beside)
    if ended:
        expire_batch(job, now)
    return ended
