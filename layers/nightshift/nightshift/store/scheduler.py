"""The scheduler's state: whether it claims, how many slots it has and how many are taken, and what it has done."""

from typing import Any

from nightshift.models.base import Model
from nightshift.settings import settings
from nightshift.store.keys import SCHEDULER_KEY
from nightshift.store.reads import find_item


class Statistics(Model):
    """Ended runs by how they ended; ``cancelled`` counts jobs. The names are attributes of the state item."""

    total_executed: int = 0
    succeeded: int = 0
    failed: int = 0
    skipped: int = 0
    cancelled: int = 0


class SchedulerState(Statistics):
    """The state item; what was never set has the deployment's default."""

    scheduler_running: bool
    max_concurrency: int
    slots_used: int = 0
    config_version: int = 0

    @property
    def free_slots(self) -> int:
        return max(0, self.max_concurrency - self.slots_used)


def read_scheduler() -> SchedulerState:
    defaults: dict[str, Any] = {
        "scheduler_running": settings().scheduler_started,
        "max_concurrency": settings().max_concurrency,
    }
    return SchedulerState.model_validate(defaults | (find_item(SCHEDULER_KEY) or {}))
