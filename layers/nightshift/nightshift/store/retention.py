"""How long what has ended is kept: DynamoDB drops an item some time after its ``expires_at`` (seconds since 1970).

All that hangs on a job ends with it: its items get the time in the transaction that ends the job, and lose it in the
one that queues it again. A worker gives it to its steps in advance, late enough that the end of the job need not write
them once more. Whoever writes an item of a job later, as deliveries are, gives it the job's ``expires_at``.
"""

from datetime import datetime
from typing import Any

from nightshift.models.batch import Batch
from nightshift.models.job import Job
from nightshift.store.expiry import expires_at
from nightshift.store.items import Item
from nightshift.store.keys import batch_key
from nightshift.store.reads import expiries_beneath, find_item
from nightshift.store.tags import tag_key
from nightshift.store.write import Update


def expire_with(job: Job, at: int | None, *, but: Item | None = None) -> list[dict[str, Any]]:
    """The writes that have all that hangs on the job expire at that time or after it, or never; ``but`` is the key of
    an item that is seen to already."""
    # Nothing but its tags hangs on a job that is as it was made.
    found = expiries_beneath(job.job_id) if job.version > 1 else []
    wrong = [key for key, has in found if (has is not None if at is None else has is None or has < at)]
    beneath = [Update(key, values={"expires_at": at}).write for key in wrong if key != but]
    listed = {"entity": "Tag", "job_id": job.job_id, "expires_at": at}
    return beneath + [Update(tag_key(job, tag), values=listed).write for tag in job.tags]


def expire_batch(job: Job, now: datetime) -> None:
    """Have the job's batch expire if the job was its last; called when the job's end is written.

    Two that end at once both look after they have been counted, so that one of them sees the batch complete.
    """
    item = find_item(batch_key(job.batch_id)) if job.batch_id else None
    batch = Batch.model_validate(item) if item else None
    if batch and batch.ended == len(batch.job_ids):
        Update(
            batch_key(batch.batch_id),
            values={"expires_at": expires_at(now)},
            condition="#version = :seen",
            where={"seen": batch.version},
        ).apply()
