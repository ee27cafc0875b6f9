"""What can be done to jobs, batches and the scheduler, through the API's handler."""

import pytest

from nightshift import executions, reconcile, transitions
from nightshift.control import configure
from nightshift.models.requests import SchedulerConfigPatch
from nightshift.models.status import JobStatus
from nightshift.store.listing import JobFilter
from tests.unit.control.gateway import Gateway, refused
from tests.unit.control.jobs import TENANT, at, dispatched, make, running

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
    job, run = running()
    executions.stop(executions.arn_of(run), "by hand")
    answer = api.call("POST", "/jobs/monitor").json()
    assert (answer["monitored_count"], answer["results"][0]["status"]) == (1, "CANCELLED")
    assert api.call("POST", f"/jobs/{job.job_id}/monitor").json()["results"][0]["status"] == "CANCELLED"
    refused(api.call("POST", f"/jobs/{UNKNOWN}/monitor"), 404)


def test_monitor_goes_on_with_the_token_until_every_running_job_was_looked_after(
    api: Gateway, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(reconcile, "_MONITORED_AT_MOST", 2)
    configure(SchedulerConfigPatch(max_concurrency=5))
    jobs = [make(at(second)).job_id for second in range(5)]
    assert dispatched(at(9)) == jobs
    looked_at: list[str] = []
    token = ""
    while True:
        answer = api.call("POST", f"/jobs/monitor{token}").json()
        looked_at += [job["job_id"] for job in answer["results"]]
        if answer["next_token"] is None:
            break
        assert answer["monitored_count"] == 2
        token = f"?next_token={answer['next_token']}"
    assert looked_at == jobs[::-1]
    refused(api.call("POST", "/jobs/monitor?next_token=nonsense"), 400)


def test_monitor_that_has_no_time_left_says_where_it_stopped(aws: None) -> None:
    jobs = [make(at(second)).job_id for second in range(2)]
    dispatched(at(2))
    wanted = JobFilter(TENANT, status=JobStatus.RUNNING)
    first = reconcile.monitor_each(wanted, None, at(3), seconds=-1)
    second = reconcile.monitor_each(wanted, first.next_token, at(3))
    assert [job.job_id for job in first.jobs + second.jobs] == jobs[::-1]
    assert len(first.jobs) == 1
    assert second.next_token is None


def test_an_end_that_others_are_just_writing_is_left_to_them(api: Gateway, monkeypatch: pytest.MonkeyPatch) -> None:
    job, run = running()
    executions.stop(executions.arn_of(run), "by hand")
    monkeypatch.setattr(transitions, "end_run", lambda *_, **__: False)
    monkeypatch.setattr("nightshift.store.write.back_off", lambda _: None)
    assert api.call("POST", f"/jobs/{job.job_id}/monitor").json()["results"][0]["status"] == "RUNNING"


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
