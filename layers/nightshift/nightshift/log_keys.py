"""What a log line says of the job that it is about, so that a job's story can be followed through all functions."""

from collections.abc import Mapping
from typing import Any

from nightshift.models.batch import Batch
from nightshift.models.job import Job
from nightshift.models.run import Run

_KEYS = ("job_id", "run_id", "tenant_id", "correlation_id")


def about(subject: Job | Run | Batch) -> dict[str, Any]:
    """The keys for ``extra`` of a line about the job, and about its run if it has one; or about a batch."""
    if isinstance(subject, Batch):
        return {"batch_id": subject.batch_id, "tenant_id": subject.tenant_id}
    return {
        "job_id": subject.job_id,
        "run_id": subject.run_id if isinstance(subject, Run) else subject.current_run_id,
        "tenant_id": subject.tenant_id,
        "correlation_id": subject.correlation_id,
    }


def told_by(message: Mapping[str, Any]) -> dict[str, Any]:
    """The same keys, as far as an event or message names them."""
    return {key: message[key] for key in _KEYS if message.get(key) is not None}
