"""Saved items that do not agree with each other, and what becomes of them."""

from datetime import UTC, datetime
from typing import Any

from nightshift.clock import rfc3339
from nightshift.store.keys import SCHEDULER_KEY, lane_key
from nightshift.store.scheduler import SLOTS, counters
from scripts.consistent import consistent

NOW = datetime(2026, 1, 31, 9, 30, tzinfo=UTC)


def job(job_id: str, status: str, tenant: str = "default", job_type: str = "story") -> dict[str, Any]:
    values = {"pk": f"JOB#{job_id}", "sk": "JOB", "status": status, "tenant_id": tenant, "type": job_type}
    return {name: {"S": value} for name, value in values.items()}


def scheduler(**counted: int) -> dict[str, Any]:
    return SCHEDULER_KEY | {"max_concurrency": {"N": "3"}} | {name: {"N": str(n)} for name, n in counted.items()}


def test_slots_are_those_of_the_running_jobs() -> None:
    jobs = [job("1", "RUNNING"), job("2", "RUNNING", tenant="a-b"), job("3", "QUEUED"), job("4", "COMPLETED")]

    first, *_ = consistent([*jobs, scheduler(slots_used=7, slots_used_type_probe=7)], NOW)

    total, of_type, of_default = counters("default", "story")
    _, _, of_other = counters("a-b", "story")
    assert first == scheduler(**{total: 2, of_type: 2, of_default: 1, of_other: 1})


def test_no_running_job_means_no_slot() -> None:
    assert consistent([scheduler(slots_used=2, slots_used_tenant_x=2)], NOW) == [scheduler(slots_used=0)]


def test_a_running_job_whose_slot_was_not_seen_gets_one() -> None:
    first, *_ = consistent([job("1", "RUNNING")], NOW)
    assert first["pk"] == SCHEDULER_KEY["pk"]
    assert first[SLOTS] == {"N": "1"}


def test_what_was_never_used_stays_unset() -> None:
    assert consistent([], NOW) == []


def test_lanes_count_as_used_now() -> None:
    lane = lane_key("default", "story") | {"touched_at": {"S": "2020-01-01T00:00:00.000Z"}, "type": {"S": "story"}}

    (found,) = consistent([lane], NOW)

    assert found == lane | {"touched_at": {"S": rfc3339(NOW)}}


def test_jobs_come_after_what_a_claim_counts_on() -> None:
    lane = lane_key("default", "story")
    run = {"pk": {"S": "JOB#1"}, "sk": {"S": "RUN#0001"}}

    found = consistent([job("1", "QUEUED"), run, lane, scheduler()], NOW)

    assert [item["sk"]["S"] for item in found] == ["STATE", "RUN#0001", "default#story", "JOB"]
