"""Many jobs in the table at once, each as the domain writes it."""

import itertools
import uuid
from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any

from nightshift.clients import dynamodb
from nightshift.models.job import Job
from nightshift.models.status import JobStatus
from nightshift.settings import settings
from nightshift.store.job_writes import put_job

_ITEMS_PER_WRITE = 25
# Of ten jobs in a row: most have ended or wait, as in a deployment that is behind.
_STATUSES = (JobStatus.COMPLETED, JobStatus.QUEUED) * 4 + (JobStatus.COMPLETED, JobStatus.SCHEDULED)
_TYPES = ("probe", "story")


def pile_up(tenant_id: str, count: int, now: datetime) -> None:
    """Stores that many of the tenant's jobs, the last of them made at ``now``: 5 of 10 completed, 4 queued, 1 deferred.

    In bulk, past the API and the transitions' conditions: so no event may be expected of it but the stream's.
    """
    puts = ({"PutRequest": {"Item": put_job(job)["Item"]}} for job in _jobs(tenant_id, count, now))
    for some in itertools.batched(puts, _ITEMS_PER_WRITE, strict=False):
        request: Any = {settings().table_name: list(some)}
        while request:
            request = dynamodb().batch_write_item(RequestItems=request)["UnprocessedItems"]


def _jobs(tenant_id: str, count: int, now: datetime) -> Iterator[Job]:
    for number in range(count):
        made = now - timedelta(seconds=count - number)
        status = _STATUSES[number % len(_STATUSES)]
        yield Job(
            job_id=str(uuid.uuid4()),
            tenant_id=tenant_id,
            type=_TYPES[number // len(_STATUSES) % len(_TYPES)],
            status=status,
            params={},
            run_at=now + timedelta(days=1) if status is JobStatus.SCHEDULED else None,
            created_at=made,
            updated_at=made,
            finished_at=made if status is JobStatus.COMPLETED else None,
            max_attempts=1,
            timeout_seconds=60,
        )
