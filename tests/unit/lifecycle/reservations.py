"""The slots that are kept for direct requests, as the scheduler's state tells of them."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from nightshift.clock import rfc3339

Image = dict[str, Any]


def active(state: Image, now: datetime) -> list[Image]:
    """Those that have not lapsed, the oldest first."""
    kept = [value for name, value in state.items() if name.startswith("reserved_tenant_")]
    return sorted(
        (one for one in kept if one["lapses_at"] > rfc3339(now)), key=lambda one: (one["reserved_at"], one["job_id"])
    )


def check_reservations(state: Image, jobs: Mapping[str, Image], now: datetime) -> None:
    """A slot is kept for a job that waits for it, and for no other; a tenant has one at a time."""
    kept = active(state, now)
    assert len({one["tenant_id"] for one in kept}) == len(kept)
    for one in kept:
        job = jobs[one["job_id"]]
        assert (job["status"], job["reserved_until"]) == ("QUEUED", one["lapses_at"]), "a slot is kept in vain"
        assert (job["tenant_id"], job["type"]) == (one["tenant_id"], one["type"])
