"""What the table counts, against what there is to count."""

from collections import Counter
from collections.abc import Iterable, Mapping
from typing import Any

from nightshift.models.batch import Batch

Image = dict[str, Any]
Ledger = dict[str, Counter[str]]
"""By tenant: how often each counter of the statistics should have been raised."""

_STATISTICS = ("total_executed", "succeeded", "failed", "skipped", "cancelled")
_WAITING = ("SCHEDULED", "QUEUED", "WAITING")


def check_slots(state: Image, running: Iterable[Image]) -> None:
    """As many slots are taken as jobs run: in all, of each type and of each tenant."""
    slots: Counter[str] = Counter()
    for job in running:
        slots.update(("slots_used", f"slots_used_type_{job['type']}", f"slots_used_tenant_{job['tenant_id']}"))
    taken = {name: value for name, value in state.items() if name.startswith("slots_used") and value}
    assert taken == slots, "slots leaked or taken twice"


def check_statistics(state: Image, of_tenants: Mapping[str, Image], ledger: Ledger) -> None:
    """The statistics tell what ended, in all and of each tenant."""
    in_all = sum(ledger.values(), Counter())
    for name in _STATISTICS:
        assert state.get(name, 0) == in_all[name], name
        for tenant, entries in ledger.items():
            assert of_tenants[f"TENANT#{tenant}"].get(name, 0) == entries[name], f"{name} of {tenant}"


def check_batches(batches: Mapping[str, Image], jobs: Mapping[str, Image]) -> None:
    """A batch counts its members as they are, and its status follows from them."""
    for image in batches.values():
        batch = Batch.model_validate(image)
        members = Counter(jobs[job_id]["status"] for job_id in batch.job_ids)
        assert sorted(batch.job_ids) == sorted(
            job_id for job_id, job in jobs.items() if job.get("batch_id") == batch.batch_id
        )
        counted = (batch.running, batch.completed, batch.failed, batch.cancelled, batch.skipped, batch.waiting)
        there = [members[name] for name in ("RUNNING", "COMPLETED", "FAILED", "CANCELLED", "SKIPPED")]
        assert counted == (*there, sum(members[name] for name in _WAITING)), "a batch counts wrongly"
        assert (batch.status in ("queued", "running")) == any(members[s] for s in (*_WAITING, "RUNNING"))
        if set(members) == {"COMPLETED"}:
            assert batch.status == "succeeded"
