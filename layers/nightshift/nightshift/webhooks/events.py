"""Which changes in the table are events for a webhook, told from the images of the stream.

What was not there before is no event: jobs are not made running or ended, so such an item was restored.
"""

from collections.abc import Mapping
from typing import Any

from nightshift.models.status import TERMINAL, JobStatus

Image = Mapping[str, Any]


def job_event(old: Image | None, new: Image) -> str | None:
    """The event that the change of the job is, if its webhook asked for it."""
    if not old or "webhook" not in new:
        return None
    if old["status"] != new["status"]:
        told = new["status"] in TERMINAL or new["status"] == JobStatus.RUNNING
        event = new["status"].lower() if told else None
    else:
        event = "step" if _step(old) != _step(new) else None
    return event if event in new["webhook"]["events"] else None


def batch_ended(old: Image | None, new: Image) -> dict[str, Any] | None:
    """What is told when the last of a batch's jobs has ended, if its webhook asked for how it ended."""
    if not old or "webhook" not in new:
        return None
    from nightshift.models.batch import Batch, BatchStatus  # only few batches have a webhook

    before, after = Batch.model_validate(old), Batch.model_validate(new)
    if before.ended == len(before.job_ids) or after.ended < len(after.job_ids):
        return None
    events = {BatchStatus.SUCCEEDED: "completed", BatchStatus.CANCELLED: "cancelled"}
    event = events.get(after.status, "failed")
    if event not in new["webhook"]["events"]:
        return None
    return {
        "batch_id": after.batch_id,
        "tenant_id": after.tenant_id,
        "status": after.status,
        "version": after.version,
        "occurred_at": new["updated_at"],
        "webhook": event,
    }


def redelivery(old: Image | None, new: Image) -> dict[str, Any] | None:
    """What is told when a client asked for a delivery once more."""
    if old or new["status"] != "requested":
        return None
    subject = "batch_id" if "batch_id" in new else "job_id"
    told = ("delivery_id", subject, "tenant_id", "version", "attempt", "occurred_at")
    return {name: new[name] for name in told} | {"webhook": new["event"]}


def _step(job: Image) -> tuple[Any, Any]:
    return job.get("current_step"), job.get("step_status")
