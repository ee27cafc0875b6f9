"""What the API tells of the scheduler."""

import pytest

from nightshift import transitions
from nightshift.cancel import cancel
from nightshift.clock import rfc3339
from nightshift.store import listing
from nightshift.store.scheduler import read_scheduler
from nightshift.store.statistics import read_statistics
from tests.unit.control.gateway import Gateway
from tests.unit.control.jobs import CRASHED, SUCCEEDED, TENANT, at, end, fresh, make, running

pytestmark = [pytest.mark.unit, pytest.mark.usefixtures("aws")]

UNKNOWN = "00000000-0000-4000-8000-000000000000"


def test_the_scheduler_tells_what_runs_and_what_it_did(api: Gateway) -> None:
    done, run = running(at(0))
    end(run, CRASHED, at(1))
    first, _ = running(at(2))
    status = api.call("GET", "/scheduler/status").json()
    assert status["scheduler_running"] is True
    assert status["draining"] is False
    assert status["current_job_id"] == first.job_id
    assert status["running_job_ids"] == [first.job_id]
    assert (status["queue_length"], status["scheduled_count"]) == (0, 1)
    assert status["cumulative_stats"] == {
        "total_executed": 1,
        "succeeded": 0,
        "failed": 1,
        "skipped": 0,
        "cancelled": 0,
    }
    assert fresh(done)[0].status == "SCHEDULED"


def test_the_scheduler_tells_which_jobs_come_next_however_old_they_are(api: Gateway) -> None:
    made = {day: make(at(day), run_at=rfc3339(at(86_400 * (10 - day)))) for day in range(10)}
    assert transitions.create(made[9].model_copy(update={"job_id": UNKNOWN, "tenant_id": "other"}))
    cancel(TENANT, made[8].job_id, at(20))
    shown = api.call("GET", "/scheduler/status").json()["scheduled_next"]
    assert [one["job_id"] for one in shown] == [made[day].job_id for day in (9, 7, 6, 5, 4)]
    assert shown[0] == {"job_id": made[9].job_id, "type": "probe", "due_at": rfc3339(at(86_400))}


def test_the_scheduler_shows_a_tenant_its_own_figures(api: Gateway) -> None:
    _, run = running(at(0))
    end(run, SUCCEEDED, at(1))
    ours, theirs = make(at(2)), make(at(3))
    cancel(TENANT, ours.job_id, at(4))
    foreign = theirs.model_copy(update={"job_id": UNKNOWN, "tenant_id": "other"})
    assert transitions.create(foreign)
    assert transitions.cancel_pending(foreign, at(5))
    assert api.call("GET", "/scheduler/status").json()["cumulative_stats"] == {
        "total_executed": 1,
        "succeeded": 1,
        "failed": 0,
        "skipped": 0,
        "cancelled": 1,
    }
    assert read_scheduler().cancelled == 2
    assert read_statistics("other").cancelled == 1


def test_counts_are_exact_up_to_their_most_and_capped_beyond(api: Gateway, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(listing, "COUNT_AT_MOST", 2)
    for second in range(2):
        make(at(second))
        make(at(second), run_at=rfc3339(at(60)))
    exact = api.call("GET", "/scheduler/status").json()
    assert (exact["queue_length"], exact["scheduled_count"], exact["capped"]) == (2, 2, False)
    make(at(2))
    for path, name in (("/scheduler/status", "queue_length"), ("/jobs", "queued_count")):
        beyond = api.call("GET", path).json()
        assert (beyond[name], beyond["capped"]) == (2, True)
