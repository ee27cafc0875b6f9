"""How long what has ended is kept."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from nightshift.models.batch import Batch
from nightshift.settings import settings
from tests.unit.lifecycle.status import END

Image = dict[str, Any]


def check_expiry(
    jobs: Mapping[str, Image], batches: Mapping[str, Image], items: Mapping[tuple[str, str], Image]
) -> None:
    """All that hangs on a job expires so many days after its end, and never while it goes on."""
    beneath: dict[str, set[int | None]] = {}
    for (partition, _), item in items.items():
        beneath.setdefault(partition, set()).add(item.get("expires_at"))
    for job_id, job in jobs.items():
        assert beneath[f"JOB#{job_id}"] == {_end_of(job)}, f"{job['status']}, and its items expire otherwise"
    for image in batches.values():
        batch = Batch.model_validate(image)
        assert "expires_at" not in image or batch.ended == len(batch.job_ids), "a batch expires that goes on"


def _end_of(job: Image) -> int | None:
    if job["status"] not in END:
        return None
    return int((datetime.fromisoformat(job["finished_at"]) + timedelta(days=settings().retention_days)).timestamp())
