"""What was done: counted in all and for each tenant, in the same transactions as the ends that are counted."""

from collections.abc import Mapping
from typing import Any

from nightshift.models.base import Model
from nightshift.models.status import RunStatus
from nightshift.store.keys import statistics_key
from nightshift.store.reads import find_item
from nightshift.store.write import Update

_COUNTER = {
    RunStatus.COMPLETED: "succeeded",
    RunStatus.FAILED: "failed",
    RunStatus.SKIPPED: "skipped",
    RunStatus.CANCELLED: "cancelled",
}


class Statistics(Model):
    """Ended runs by how they ended; ``cancelled`` counts jobs. The names are attributes of the items."""

    total_executed: int = 0
    succeeded: int = 0
    failed: int = 0
    skipped: int = 0
    cancelled: int = 0


JOB_CANCELLED = {"cancelled": 1}
"""What a job that is cancelled before it runs adds."""


def run_ended(status: RunStatus) -> dict[str, int]:
    """What the end of a run adds."""
    return {"total_executed": 1, _COUNTER[status]: 1}


def count_for(tenant_id: str, ended: Mapping[str, int]) -> dict[str, Any]:
    """The write that counts for the tenant."""
    return Update(statistics_key(tenant_id), values={"entity": "Statistics"}, add=ended).write


def read_statistics(tenant_id: str) -> Statistics:
    """What the tenant's jobs have come to."""
    return Statistics.model_validate(find_item(statistics_key(tenant_id)) or {})
