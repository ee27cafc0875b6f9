"""The scheduler's state: whether it claims, how many slots there are and how many are taken, and what it has done.

All of it is one item, so that a claim can check the limits and take a slot in one write. A slot is counted in
total, by type and by tenant; each counter is an attribute, and one that stands at zero is dropped by the reconciler,
so that the item does not grow with the tenants that once had jobs.
"""

import re
from typing import Any

from pydantic import Field

from nightshift.models.job import Job
from nightshift.settings import settings
from nightshift.store.keys import SCHEDULER_KEY
from nightshift.store.reads import find_item
from nightshift.store.statistics import Statistics
from nightshift.store.write import Update

SLOTS = "slots_used"
"""The counter of all slots taken; those of a type or tenant have its name as a prefix."""


class SchedulerState(Statistics):
    """The state item; what was never set has the deployment's default."""

    scheduler_running: bool
    max_concurrency: int
    type_limits: dict[str, int] = Field(default_factory=dict)
    tenant_limits: dict[str, int] = Field(default_factory=dict)
    used: dict[str, int] = Field(default_factory=dict)
    config_version: int = 0

    @property
    def slots_used(self) -> int:
        return self.used.get(SLOTS, 0)

    @property
    def is_full(self) -> bool:
        return self.slots_used >= self.max_concurrency

    def limits(self, tenant_id: str, job_type: str) -> dict[str, int]:
        """The counters that bound the lane, each with its limit."""
        total, of_type, of_tenant = counters(tenant_id, job_type)
        bounds = {
            total: self.max_concurrency,
            of_type: self.type_limits.get(job_type),
            of_tenant: self.tenant_limits.get(tenant_id),
        }
        return {counter: limit for counter, limit in bounds.items() if limit is not None}

    def room(self, tenant_id: str, job_type: str) -> int:
        """How many more jobs of the lane may run: what the tightest of its limits leaves."""
        if not self.scheduler_running:
            return 0
        limits = self.limits(tenant_id, job_type)
        return max(0, min(limit - self.used.get(counter, 0) for counter, limit in limits.items()))

    def with_claimed(self, job: Job) -> "SchedulerState":
        """The state after one more job of the lane was claimed."""
        counted = {name: self.used.get(name, 0) + 1 for name in counters(job.tenant_id, job.type)}
        return self.model_copy(update={"used": self.used | counted})


def counters(tenant_id: str, job_type: str) -> tuple[str, str, str]:
    """The attributes that count a running job of the lane."""
    return SLOTS, f"{SLOTS}_type_{_word(job_type)}", f"{SLOTS}_tenant_{_word(tenant_id)}"


def read_scheduler() -> SchedulerState:
    defaults: dict[str, Any] = {
        "scheduler_running": settings().scheduler_started,
        "max_concurrency": settings().max_concurrency,
    }
    item = find_item(SCHEDULER_KEY) or {}
    used = {name: value for name, value in item.items() if name.startswith(SLOTS)}
    return SchedulerState.model_validate(defaults | item | {"used": used})


def configure_scheduler(seen: SchedulerState, changes: dict[str, Any]) -> bool:
    """Change the scheduler's limits, or start or stop it; claims that saw it as it was will fail."""
    return Update(
        SCHEDULER_KEY,
        values={"entity": "Scheduler"} | changes,
        add={"config_version": 1},
        condition="attribute_not_exists(#config_version) OR #config_version = :seen",
        where={"seen": seen.config_version},
    ).apply()


def drop_idle_counters() -> None:
    """Remove the counters of types and tenants of which nothing runs."""
    for name, value in read_scheduler().used.items():
        if value == 0 and name != SLOTS:
            Update(SCHEDULER_KEY, values={name: None}, condition=f"#{name} = :zero", where={"zero": 0}).apply()


def _word(name: str) -> str:
    """The name as part of a placeholder, in which expressions allow word characters only."""
    return re.sub(r"\W", lambda match: f"_{ord(match[0]):x}_", name)
