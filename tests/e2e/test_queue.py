"""The queue through the API: stop and start, order, limits, changes and retries."""

from collections.abc import Iterator

import pytest

from tests.e2e.client import ended, runs, show, submit, wait_for
from tests.stack.deployed import Deployed


@pytest.fixture
def stopped(stack: Deployed) -> Iterator[None]:
    """The scheduler is stopped, and started again whatever happens."""
    assert stack.api.post("/scheduler/stop").json()["scheduler_running"] is False
    yield
    stack.api.post("/scheduler/start")
    stack.api.patch("/scheduler/config", json={"max_concurrency": 4, "type_limits": {}})


@pytest.mark.usefixtures("stopped")
def test_what_waited_runs_by_priority_and_age_once_the_scheduler_starts(stack: Deployed) -> None:
    stack.api.patch("/scheduler/config", json={"max_concurrency": 1})
    old, young, urgent = (
        submit(stack, type="probe", params={"cli": False}, priority=priority) for priority in (0, 0, 50)
    )
    stack.api.patch(f"/jobs/{young['job_id']}", json={"priority": 10})
    assert stack.api.get("/scheduler/status").json()["queue_length"] >= 3
    stack.api.post("/scheduler/start")
    started = [ended(stack, job)["started_at"] for job in (urgent, young, old)]
    assert started == sorted(started)


@pytest.mark.usefixtures("stopped")
def test_a_job_that_waits_can_be_taken_back(stack: Deployed) -> None:
    job = submit(stack, type="probe", params={"cli": False})
    assert stack.api.delete(f"/jobs/{job['job_id']}").status_code == 200
    assert show(stack, job)["status"] == "CANCELLED"


@pytest.mark.usefixtures("stopped")
def test_a_raised_limit_is_acted_on_without_another_request(stack: Deployed) -> None:
    stack.api.patch("/scheduler/config", json={"type_limits": {"probe": 0}})
    stack.api.post("/scheduler/start")
    job = submit(stack, type="probe", params={"cli": False})
    ended(stack, submit(stack, type="story", params={"target_length": 300}))
    assert show(stack, job)["status"] == "QUEUED"
    stack.api.patch("/scheduler/config", json={"type_limits": {}})
    assert ended(stack, job)["status"] == "COMPLETED"


def test_a_failed_job_is_run_again_by_hand(stack: Deployed) -> None:
    job = submit(stack, type="probe", params={"exit_code": 1})
    ended(stack, job)
    answer = stack.api.post(f"/jobs/{job['job_id']}/retry")
    assert answer.status_code == 202
    seen = wait_for(stack, answer.json(), lambda seen: seen["status"] == "FAILED" and seen["attempts"] == 2)
    assert seen["max_attempts"] == 3
    assert len(runs(stack, job)) == 2
