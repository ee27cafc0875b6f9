"""What was done: counted in all and for each tenant, in the same transactions as the ends that are counted."""

from collections.abc import Mapping
from typing import Any

from nightshift.models.base import Model
from nightshift.models.status import RunStatus
from nightshift.store.keys import SCHEDULER_KEY, statistics_key
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


def run_ended(tenant_id: str, status: RunStatus, freed: Mapping[str, int]) -> list[dict[str, Any]]:
    """The writes that count a run's end; ``freed`` are changes of the slot counters, which lie in the same item."""
    return _count(tenant_id, {"total_executed": 1, _COUNTER[status]: 1}, freed)


def job_cancelled(tenant_id: str) -> list[dict[str, Any]]:
    """The writes that count a job which was cancelled before it ran."""
    return _count(tenant_id, {"cancelled": 1}, {})


def read_statistics(tenant_id: str) -> Statistics:
    """What the tenant's jobs have come to."""
    return Statistics.model_validate(find_item(statistics_key(tenant_id)) or {})


def _count(tenant_id: str, ended: Mapping[str, int], freed: Mapping[str, int]) -> list[dict[str, Any]]:
    in_all = Update(SCHEDULER_KEY, add={**freed, **ended})
    of_tenant = Update(statistics_key(tenant_id), values={"entity": "Statistics"}, add=ended)
    return [in_all.write, of_tenant.write]
