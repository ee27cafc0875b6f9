"""Steps that are finished from outside and stages that are run by hand, through the API."""

import uuid
from datetime import timedelta
from functools import reduce
from typing import Any

import pytest

from nightshift import clients
from nightshift.clock import now
from nightshift.job_types import JOB_TYPES
from nightshift.reconcile import reconcile
from nightshift.settings import settings
from nightshift.store.reads import find_job
from nightshift.uploads import upload_key
from tests.unit.control.gateway import Gateway, refused
from tests.unit.control.jobs import CRASHED, REFUSED, TENANT, at, dispatched, executions_of, fresh, make, status
from tests.unit.control.steps import draw_by_hand, finish_run, record, stages_told, three_steps, waiting

pytestmark = [pytest.mark.unit, pytest.mark.usefixtures("aws", "three_steps")]
__all__ = ["three_steps"]

URL = "https://images.example/1.png"
DONE = {"status": "done", "image_url": URL}


def finish(api: Gateway, job_id: str, step: str, body: dict[str, Any]) -> Any:
    return api.call("PATCH", f"/jobs/{job_id}/steps/{step}", body)


def run(api: Gateway, job_id: str, stage: str, **overrides: Any) -> Any:
    return api.call("POST", f"/jobs/{job_id}/stages/{stage}", {"overrides": overrides})


def go_on() -> list[str]:
    """The reconciler stands in for the event; ids of the jobs that run then."""
    before = set(executions_of())
    reconcile(now() + timedelta(seconds=50))
    return sorted(set(executions_of()) - before)


def upload(tenant: str) -> str:
    image = str(uuid.uuid4())
    clients.s3().put_object(Bucket=settings().bucket_name, Key=upload_key(tenant, image), Body=b"PNG")
    return image


def test_a_finished_step_is_noted_and_the_job_goes_on_after_it(api: Gateway) -> None:
    job = waiting()
    body = DONE | {"output": {"width": 640}}
    shown = finish(api, job.job_id, "draw", body)
    assert (shown.status, shown.json()["status"]) == (200, "WAITING")
    assert (shown.json()["current_step"], shown.json()["step_status"]) == ("draw", "done")
    assert shown.json()["version"] == job.version + 1
    assert len(go_on()) == 1
    told = stages_told(job)
    assert (told["start_at"], told["done"]["draw"]["output"]) == ("plan", {"width": 640, "image_url": URL})


def test_an_uploaded_image_is_taken_and_another_tenants_is_refused(api: Gateway) -> None:
    job = waiting()
    for image in (upload("acme"), str(uuid.uuid4()), "../acme/uploads/x"):
        refused(finish(api, job.job_id, "draw", {"status": "done", "image_artifact": image}), 422)
    mine = upload(TENANT)
    assert finish(api, job.job_id, "draw", {"status": "done", "image_artifact": mine}).status == 200
    go_on()
    assert stages_told(job)["done"]["draw"]["output"] == {"image_artifact": mine}


@pytest.mark.parametrize(
    "body",
    [
        {},
        {"status": "running"},
        {"status": "done", "image": URL},
        {"status": "done", "image_url": URL, "image_artifact": "x"},
        {"status": "failed", "image_url": URL},
        {"status": "done", "image_url": "ftp://images.example/1.png"},
        {"status": "done", "image_url": "https://10.0.0.1/1.png"},
        {"status": "done", "output": {"n": 10**40}},
        {"status": "done", "output": {"n": [1e300]}},
        {"status": "done", "output": {"n": {"m": 1e-200}}},
        {"status": "done", "output": reduce(lambda inner, _: {"in": inner}, range(30), 0)},
    ],
)
def test_bad_input_is_refused_and_changes_nothing(api: Gateway, body: dict[str, Any]) -> None:
    job = waiting()
    refused(finish(api, job.job_id, "draw", body), 422)
    assert find_job(job.job_id) == job


def test_what_cannot_be_finished_is_refused(api: Gateway) -> None:
    job = waiting()
    refused(finish(api, job.job_id, "sculpt", DONE), 404)
    refused(finish(api, str(uuid.uuid4()), "draw", DONE), 404)
    refused(finish(api, job.job_id, "print", {"status": "done"}), 422)
    refused(finish(api, job.job_id, "draw", {"status": "done", "output": {"x": "y" * 70_000}}), 413)


def test_a_live_run_is_left_alone(api: Gateway) -> None:
    job = make()
    refused(finish(api, job.job_id, "draw", DONE), 409)
    dispatched()
    assert "RUNNING" in refused(finish(api, job.job_id, "draw", DONE), 409)["detail"]
    refused(run(api, job.job_id, "draw"), 409)
    finish_run(job, "draw", "plan", "print")
    refused(finish(api, job.job_id, "draw", DONE), 409)


def test_a_step_that_failed_elsewhere_fails_the_job_that_waited_and_a_retry_waits_again(api: Gateway) -> None:
    job = waiting()
    shown = finish(api, job.job_id, "draw", {"status": "failed", "output": {"message": "no ink"}}).json()
    assert (shown["status"], shown["step_status"], shown["error"]) == (
        "FAILED",
        "failed",
        {"code": "provider", "message": "no ink"},
    )
    refused(finish(api, job.job_id, "draw", {"status": "failed"}), 409)
    again = api.call("POST", f"/jobs/{job.job_id}/retry").json()
    assert (again["status"], again["step_status"], again["error"]) == ("WAITING", None, None)
    assert go_on() == []
    finish(api, job.job_id, "draw", DONE)
    assert len(go_on()) == 1


def test_a_waiting_job_can_be_changed_and_taken_back_but_has_no_time(api: Gateway) -> None:
    job = waiting()
    assert api.call("PATCH", f"/jobs/{job.job_id}", {"priority": 3}).json()["status"] == "WAITING"
    refused(api.call("PATCH", f"/jobs/{job.job_id}", {"run_at": None}), 409)
    body = {"type": "probe", "params": {"log": ["external"]}, "run_at": "2099-01-01T00:00:00Z"}
    refused(api.call("POST", "/jobs", body | {"run_at": at(3e7).isoformat()}), 422)
    assert api.call("DELETE", f"/jobs/{job.job_id}").status == 200
    refused(finish(api, job.job_id, "draw", DONE), 409)


def test_a_stage_run_starts_and_ends_with_it(api: Gateway) -> None:
    job = waiting()
    refused(run(api, job.job_id, "plan"), 409)
    draw_by_hand(job)
    answer = run(api, job.job_id, "plan", seconds=2.5)
    assert (answer.status, answer.json()["status"]) == (202, "QUEUED")
    refused(run(api, job.job_id, "plan"), 409)
    assert dispatched() == [job.job_id]
    assert stages_told(job) | {"done": None} == {"start_at": "plan", "alone": True, "done": None}
    _, first = fresh(job)
    assert first.params_snapshot == job.params | {"seconds": 2.5}
    finish_run(job, "plan")
    found = find_job(job.job_id)
    assert found
    assert (found.status, found.current_step, found.params) == ("WAITING", "plan", job.params)
    assert go_on() == [], "its own step is nobody's news"
    assert run(api, job.job_id, "print").status == 202
    assert dispatched() == [job.job_id]
    assert stages_told(job)["done"]["plan"]["output"] == {"by": first.run_id}
    assert fresh(job)[1].params_snapshot == job.params
    finish_run(job, "print")
    assert status(job) == "COMPLETED"


def test_a_completed_job_s_stage_can_be_run_again_and_then_the_rest(api: Gateway) -> None:
    job = make()
    dispatched()
    finish_run(job, "draw", "plan", "print")
    refused(run(api, job.job_id, "sculpt"), 404)
    problem = refused(run(api, job.job_id, "plan", seconds=-1), 422)
    assert problem["errors"][0]["loc"] == ["body", "overrides", "seconds"]
    assert run(api, job.job_id, "plan").status == 202
    dispatched()
    finish_run(job, "plan")
    assert finish(api, job.job_id, "plan", {"status": "done"}).status == 200
    _, second = fresh(job)
    assert len(go_on()) == 1
    told = stages_told(job)
    assert (told["start_at"], told["alone"]) == ("print", False)
    assert told["done"]["plan"] == {"output": {"by": second.run_id}, "prefix": second.prefix}


def test_a_stage_that_crashes_is_tried_again_alone_and_a_manual_retry_does_the_rest_too(api: Gateway) -> None:
    job = make(max_attempts=2)
    dispatched()
    finish_run(job, "draw", "plan", "print")
    run(api, job.job_id, "plan", seconds=1)
    dispatched()
    finish_run(job, execution=CRASHED)
    assert status(job) == "FAILED"
    patched = api.call("POST", f"/jobs/{job.job_id}/retry").json()
    assert patched["status"] == "QUEUED"
    dispatched()
    told = stages_told(job)
    assert (told["start_at"], told["alone"], fresh(job)[1].params_snapshot) == ("plan", False, job.params)


def test_retry_from_a_step_repeats_only_what_follows(api: Gateway) -> None:
    job = make(max_attempts=1)
    dispatched()
    _, first = fresh(job)
    record(first, "draw")
    record(first, "plan")
    record(first, "print", "failed")
    finish_run(job, execution=REFUSED)
    path = f"/jobs/{job.job_id}/retry"
    refused(api.call("POST", path, {"from_step": "sculpt"}), 422)
    api.call("POST", path, {"from_step": "plan"})
    dispatched()
    told = stages_told(job)
    assert (told["start_at"], list(told["done"])) == ("plan", ["draw"])
    finish_run(job, execution=REFUSED)
    api.call("POST", path)
    dispatched()
    assert stages_told(job)["start_at"] == "plan"


def test_a_step_can_only_be_retried_from_if_the_one_before_is_done(api: Gateway) -> None:
    job = make()
    api.call("POST", f"/jobs/{job.job_id}/cancel")
    refused(api.call("POST", f"/jobs/{job.job_id}/retry", {"from_step": "print"}), 409)


def test_a_batch_counts_a_member_that_waits_as_not_ended(api: Gateway) -> None:
    body = {"jobs": [{"type": "probe", "params": {"log": ["external"]}}]}
    batch = api.call("POST", "/jobs/batch/trigger", body).json()
    (job_id,) = batch["job_ids"]
    path = f"/jobs/batch/{batch['batch_id']}"
    assert api.call("GET", path).json()["status"] == "queued"
    finish(api, job_id, "draw", {"status": "failed"})
    assert api.call("GET", path).json()["status"] == "failed"
    finish(api, job_id, "draw", DONE)
    go_on()
    assert api.call("GET", path).json()["status"] == "running"


def test_jobs_of_one_step_know_no_outside(api: Gateway, monkeypatch: pytest.MonkeyPatch) -> None:
    assert len(JOB_TYPES["story"].steps) == 1
    job = make(type="story", params={})
    api.call("POST", f"/jobs/{job.job_id}/cancel")
    refused(finish(api, job.job_id, "write_story", DONE), 409)
    assert run(api, job.job_id, "write_story").status == 202
