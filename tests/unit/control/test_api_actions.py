"""What can be done to jobs, batches and the scheduler, through the API's handler."""

import pytest

from tests.unit.control.gateway import Gateway, refused
from tests.unit.control.jobs import make, running

pytestmark = [pytest.mark.unit, pytest.mark.usefixtures("aws")]

UNKNOWN = "00000000-0000-4000-8000-000000000000"


def test_a_waiting_job_is_changed_and_taken_back(api: Gateway) -> None:
    job = make()
    assert api.call("PATCH", f"/jobs/{job.job_id}", {"priority": 9}).json()["priority"] == 9
    for body in ({}, {"priority": 101}, {"status": "COMPLETED"}):
        refused(api.call("PATCH", f"/jobs/{job.job_id}", body), 422)
    gone = api.call("DELETE", f"/jobs/{job.job_id}")
    assert (gone.status, gone.json()["success"]) == (200, True)
    refused(api.call("DELETE", f"/jobs/{job.job_id}"), 409)
    refused(api.call("PATCH", f"/jobs/{job.job_id}", {"priority": 1}), 409)
    assert api.call("GET", f"/jobs/{job.job_id}").json()["status"] == "CANCELLED"


def test_an_ended_job_is_retried_with_or_without_a_body(api: Gateway) -> None:
    for body in (None, {"from_step": "probe"}):
        job = make()
        refused(api.call("POST", f"/jobs/{job.job_id}/retry", body), 409)
        api.call("POST", f"/jobs/{job.job_id}/cancel")
        answer = api.call("POST", f"/jobs/{job.job_id}/retry", body)
        assert (answer.status, answer.json()["status"]) == (202, "QUEUED")


def test_monitor_settles_what_ended_unheard(api: Gateway) -> None:
    from nightshift.executions import stop

    job, run = running()
    assert run.execution_arn
    stop(run.execution_arn, "by hand")
    answer = api.call("POST", "/jobs/monitor").json()
    assert (answer["monitored_count"], answer["results"][0]["status"]) == (1, "CANCELLED")
    assert api.call("POST", f"/jobs/{job.job_id}/monitor").json()["results"][0]["status"] == "CANCELLED"
    refused(api.call("POST", f"/jobs/{UNKNOWN}/monitor"), 404)


def test_the_scheduler_is_stopped_started_and_bounded(api: Gateway) -> None:
    running()
    stopped = api.call("POST", "/scheduler/stop").json()
    assert stopped == {"scheduler_running": False, "draining": True, "running_jobs": 1}
    assert api.call("GET", "/scheduler/status").json()["draining"] is True
    assert api.call("POST", "/scheduler/start").json() == {"scheduler_running": True}
    changed = api.call("PATCH", "/scheduler/config", {"max_concurrency": 7, "type_limits": {"story": 2}}).json()
    assert changed == {"max_concurrency": 7, "type_limits": {"story": 2}, "tenant_limits": {}}
    assert api.call("GET", "/scheduler/config").json() == changed
    for body in ({"max_concurrency": 0}, {"max_concurrency": 1001}, {"type_limits": {"poem": 1}}, {"x": 1}):
        refused(api.call("PATCH", "/scheduler/config", body), 422)


def test_params_over_64_kb_are_413(api: Gateway) -> None:
    refused(api.call("POST", "/jobs", {"type": "probe", "params": {"log": ["x" * 1000] * 70}}), 413)


def test_a_batch_is_made_shown_and_cancelled(api: Gateway) -> None:
    bodies = [{"type": "probe"}, {"type": "poem"}]
    answer = api.call("POST", "/jobs/batch/trigger", {"jobs": bodies}, {"Idempotency-Key": "b"})
    assert answer.status == 202
    batch = answer.json()
    assert (batch["job_count"], batch["rejected"][0]["index"]) == (1, 1)
    again = api.call("POST", "/jobs/batch/trigger", {"jobs": bodies}, {"Idempotency-Key": "b"})
    assert again.json()["batch_id"] == batch["batch_id"]
    path = answer.headers["location"].removeprefix("https://api.example/v1")
    shown = api.call("GET", path).json()
    assert (shown["status"], shown["counts"]["waiting"]) == ("queued", 1)
    assert shown["jobs"][0]["batch_id"] == batch["batch_id"]
    assert api.call("POST", f"{path}/cancel").json()["status"] == "cancelled"
    refused(api.call("POST", f"{path}/cancel"), 409)
    refused(api.call("GET", f"/jobs/batch/{UNKNOWN}"), 404)


def test_a_batch_without_a_valid_job_names_every_error(api: Gateway) -> None:
    problem = refused(api.call("POST", "/jobs/batch/trigger", {"jobs": [{"type": "probe", "priority": 101}]}), 422)
    assert problem["errors"][0]["loc"][:3] == ["body", "jobs", 0]
    for body in ({}, {"jobs": []}, {"jobs": [{"type": "probe"}] * 51}, {"jobs": ["probe"]}):
        refused(api.call("POST", "/jobs/batch/trigger", body), 422)
