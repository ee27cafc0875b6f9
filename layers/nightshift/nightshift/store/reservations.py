"""Reservations: a direct request keeps one slot for its job until the job is claimed; a tenant has at most one.

They lie in the scheduler's state item, an attribute a tenant, so that a claim can heed them in the write that takes
its slot. Each one taken or given up counts ``config_version`` up, and claims that saw it otherwise fail. One that
has lapsed counts as none from that moment on, whether or not it is still there.
"""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from nightshift.clock import rfc3339
from nightshift.models.base import Model, Timestamp
from nightshift.store.keys import SCHEDULER_KEY, word
from nightshift.store.write import Update

RESERVED = "reserved_tenant_"
"""What the names of the attributes begin with."""


class Reservation(Model):
    tenant_id: str
    type: str
    job_id: str
    reserved_at: Timestamp
    lapses_at: Timestamp

    @property
    def attribute(self) -> str:
        """Where in the state item it lies."""
        return RESERVED + word(self.tenant_id)

    def is_active(self, now: datetime) -> bool:
        return now < self.lapses_at


def take(reservation: Reservation) -> Update:
    """Reserve the slot, unless the tenant has an active reservation."""
    name = reservation.attribute
    return Update(
        SCHEDULER_KEY,
        values={"entity": "Scheduler", name: reservation.model_dump(mode="json")},
        add={"config_version": 1},
        condition=f"attribute_not_exists(#{name}) OR #{name}.#lapses_at <= :now",
        where={"now": rfc3339(reservation.reserved_at)},
    )


def give_up(reservation: Reservation | None, counted: Mapping[str, int]) -> Update:
    """Count in the state item and, if there is one, take away the reservation that was seen there."""
    if reservation is None:
        return Update(SCHEDULER_KEY, add=counted)
    name = reservation.attribute
    return Update(
        SCHEDULER_KEY,
        values={name: None},
        add={"config_version": 1, **counted},
        condition=f"#{name}.#job_id = :job_id",
        where={"job_id": reservation.job_id},
    )


def drop_if_lapsed(reservation: Reservation, now: datetime) -> None:
    """Take away a reservation that counts as none already; claims need not hear of it."""
    name = reservation.attribute
    where: dict[str, Any] = {"now": rfc3339(now)}
    Update(SCHEDULER_KEY, values={name: None}, condition=f"#{name}.#lapses_at <= :now", where=where).apply()
