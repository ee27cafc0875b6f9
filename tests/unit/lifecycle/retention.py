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
    """All that hangs on a job expires so many days after its end, and never while it goes on.

    Steps may have their time from their worker: while the job runs, and then no earlier than the job has its own. One
    that does not count, as its worker was fenced before it told the job, may expire at any time.
    """
    for (partition, place), item in items.items():
        job = jobs.get(partition.removeprefix("JOB#")) if partition.startswith("JOB#") else None
        if job is None:
            continue
        expires, end = item.get("expires_at"), _end_of(job)
        if place.startswith("STEP#") and expires is not None:
            uncounted = "begun" in item and item["begun"] not in job.get("recorded_steps", ())
            late_enough = end is not None and expires >= end
            assert uncounted or job["status"] == "RUNNING" or late_enough, f"{job['status']}: {place}"
        else:
            assert expires == end, f"{job['status']}, and its {place} expires otherwise"
    for image in batches.values():
        batch = Batch.model_validate(image)
        assert "expires_at" not in image or batch.ended == len(batch.job_ids), "a batch expires that goes on"


def _end_of(job: Image) -> int | None:
    if job["status"] not in END:
        return None
    return int((datetime.fromisoformat(job["finished_at"]) + timedelta(days=settings().retention_days)).timestamp())
