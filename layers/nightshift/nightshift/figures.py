"""What a job's change of status adds to the stack's metrics."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from nightshift.models.status import JobStatus

_COUNTED = {
    JobStatus.QUEUED: "Queued",
    JobStatus.RUNNING: "Started",
    JobStatus.COMPLETED: "Succeeded",
    JobStatus.FAILED: "Failed",
    JobStatus.SKIPPED: "Skipped",
    JobStatus.CANCELLED: "Cancelled",
}
WAIT_TIME = "WaitTime"
RUN_TIME = "RunTime"
RETRIES = "Retries"
TIMES = frozenset({WAIT_TIME, RUN_TIME})
"""The figures that are seconds; the others are counts."""


def figures_of(old: Mapping[str, Any] | None, new: Mapping[str, Any]) -> dict[str, float]:
    """The figures, by name, of the change between two images of a Job item; none if its status stayed.

    ``WaitTime`` is how long the job was in the queue before this attempt, ``RunTime`` how long the attempt took.
    """
    before, status = old or {}, new["status"]
    previous = before.get("status")
    if status == previous:
        return {}
    figures: dict[str, float] = {_COUNTED[status]: 1} if status in _COUNTED else {}
    if status == JobStatus.RUNNING:
        figures |= _seconds(WAIT_TIME, new.get("queued_at"), new.get("started_at"))
    if previous == JobStatus.RUNNING:
        figures |= _seconds(RUN_TIME, before.get("started_at"), new.get("updated_at"))
        if status == JobStatus.SCHEDULED:
            figures[RETRIES] = 1
    return figures


def _seconds(name: str, since: str | None, until: str | None) -> dict[str, float]:
    if since is None or until is None:
        return {}
    passed = datetime.fromisoformat(until) - datetime.fromisoformat(since)
    return {name: max(passed.total_seconds(), 0.0)}
