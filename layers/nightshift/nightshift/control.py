"""Starting, stopping and bounding the scheduler."""

from typing import Any

from nightshift.errors import InvalidRequestError, StateConflictError
from nightshift.job_types import JOB_TYPES
from nightshift.models.requests import SchedulerConfigPatch
from nightshift.store.scheduler import SchedulerState, configure_scheduler, read_scheduler
from nightshift.store.write import tries


def start_scheduler() -> SchedulerState:
    """Claim from the queue again; what waits is dispatched without any further request."""
    return _configure({"scheduler_running": True})


def stop_scheduler() -> SchedulerState:
    """Claim nothing more; running jobs finish."""
    return _configure({"scheduler_running": False})


def configure(wanted: SchedulerConfigPatch) -> SchedulerState:
    """Set the limits that the client named.

    Raises:
        InvalidRequestError: a limit is for a type that does not exist.
    """
    unknown = set(wanted.type_limits or {}) - set(JOB_TYPES)
    if unknown:
        raise InvalidRequestError(f"There is no job type {', '.join(sorted(unknown))}.")
    return _configure(wanted.model_dump(exclude_unset=True))


def _configure(changes: dict[str, Any]) -> SchedulerState:
    for _ in tries():
        seen = read_scheduler()
        if all(getattr(seen, name) == value for name, value in changes.items()):
            return seen
        if configure_scheduler(seen, changes):
            return read_scheduler()
    raise StateConflictError("The scheduler's configuration keeps changing; try again.")
