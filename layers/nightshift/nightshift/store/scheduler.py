"""The scheduler's state: whether it claims, how many slots there are and how many are taken, and what it has done.

All of it is one item, so that a claim can check the limits and take a slot in one write. A slot is counted in
total, by type and by tenant; each counter is an attribute, and one that stands at zero is dropped by the reconciler,
so that the item does not grow with the tenants that once had jobs.
"""

from collections import Counter
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from pydantic import Field

from nightshift.models.job import Job
from nightshift.settings import settings
from nightshift.store.keys import SCHEDULER_KEY, word
from nightshift.store.reads import find_item
from nightshift.store.reservations import RESERVED, Reservation, drop_if_lapsed
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
    reservations: dict[str, Reservation] = Field(default_factory=dict)
    config_version: int = 0

    @property
    def slots_used(self) -> int:
        return self.used.get(SLOTS, 0)

    @property
    def is_full(self) -> bool:
        return self.slots_used >= self.max_concurrency

    def reserved(self, now: datetime) -> list[Reservation]:
        """The active reservations, the oldest first."""
        active = (reservation for reservation in self.reservations.values() if reservation.is_active(now))
        return sorted(active, key=lambda reservation: (reservation.reserved_at, reservation.job_id))

    def reservation_of(self, tenant_id: str, now: datetime) -> Reservation | None:
        """The tenant's active reservation."""
        return next((found for found in self.reserved(now) if found.tenant_id == tenant_id), None)

    def reserved_for(self, job: Job, now: datetime) -> Reservation | None:
        """The active reservation that was made for the job."""
        return next((found for found in self.reserved(now) if found.job_id == job.job_id), None)

    def limits(self, job: Job, now: datetime) -> dict[str, int]:
        """The counters that a claim of the job takes up, each with the value that it must be below.

        Slots that are reserved count as taken, but not for a job that has a reservation itself.
        """
        return self._limits(job.tenant_id, job.type, {} if self.reserved_for(job, now) else self._kept(now))

    def lane_room(self, tenant_id: str, job_type: str, now: datetime) -> int:
        """How many more jobs of the lane may run: what the tightest of its limits leaves."""
        return self._room(self._limits(tenant_id, job_type, self._kept(now))) if self.scheduler_running else 0

    def has_room(self, job: Job, now: datetime) -> bool:
        """Whether the job may run; a job with a reservation may also while the scheduler is stopped."""
        if not self.scheduler_running and not self.reserved_for(job, now):
            return False
        return self._room(self.limits(job, now)) > 0

    def with_claimed(self, job: Job, now: datetime) -> "SchedulerState":
        """The state after the job was claimed."""
        counted = {name: self.used.get(name, 0) + 1 for name in counters(job.tenant_id, job.type)}
        changed: dict[str, Any] = {"used": self.used | counted}
        if consumed := self.reserved_for(job, now):
            left = {name: other for name, other in self.reservations.items() if name != consumed.attribute}
            changed |= {"reservations": left, "config_version": self.config_version + 1}
        return self.model_copy(update=changed)

    def _kept(self, now: datetime) -> Counter[str]:
        """How many of each counter's slots are reserved."""
        return Counter(name for found in self.reserved(now) for name in counters(found.tenant_id, found.type))

    def _limits(self, tenant_id: str, job_type: str, kept: Mapping[str, int]) -> dict[str, int]:
        total, of_type, of_tenant = counters(tenant_id, job_type)
        bounds = {
            total: self.max_concurrency,
            of_type: self.type_limits.get(job_type),
            of_tenant: self.tenant_limits.get(tenant_id),
        }
        return {counter: limit - kept.get(counter, 0) for counter, limit in bounds.items() if limit is not None}

    def _room(self, limits: Mapping[str, int]) -> int:
        return max(0, min(limit - self.used.get(counter, 0) for counter, limit in limits.items()))


def counters(tenant_id: str, job_type: str) -> tuple[str, str, str]:
    """The attributes that count a running job of the lane."""
    return SLOTS, f"{SLOTS}_type_{word(job_type)}", f"{SLOTS}_tenant_{word(tenant_id)}"


def read_scheduler() -> SchedulerState:
    defaults: dict[str, Any] = {
        "scheduler_running": settings().scheduler_started,
        "max_concurrency": settings().max_concurrency,
    }
    item = find_item(SCHEDULER_KEY) or {}
    used = {name: value for name, value in item.items() if name.startswith(SLOTS)}
    reservations = {name: value for name, value in item.items() if name.startswith(RESERVED)}
    return SchedulerState.model_validate(defaults | item | {"used": used, "reservations": reservations})


def kept_for(job: Job, now: datetime) -> Reservation | None:
    """The slot that is still kept for the job."""
    if job.reserved_until is None or job.reserved_until <= now:
        return None
    return read_scheduler().reserved_for(job, now)


def configure_scheduler(seen: SchedulerState, changes: dict[str, Any]) -> bool:
    """Change the scheduler's limits, or start or stop it; claims that saw it as it was will fail."""
    return Update(
        SCHEDULER_KEY,
        values={"entity": "Scheduler"} | changes,
        add={"config_version": 1},
        condition="attribute_not_exists(#config_version) OR #config_version = :seen",
        where={"seen": seen.config_version},
    ).apply()


def tidy(now: datetime) -> None:
    """Remove the counters of types and tenants of which nothing runs, and the reservations that have lapsed."""
    scheduler = read_scheduler()
    for name, value in scheduler.used.items():
        if value == 0 and name != SLOTS:
            Update(SCHEDULER_KEY, values={name: None}, condition=f"#{name} = :zero", where={"zero": 0}).apply()
    for reservation in scheduler.reservations.values():
        if not reservation.is_active(now):
            drop_if_lapsed(reservation, now)
