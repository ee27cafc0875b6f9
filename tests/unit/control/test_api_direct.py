"""Direct requests through the waiter's handler."""

import sys

import pytest

from nightshift import dispatch
from nightshift.clock import now
from nightshift.executions import Execution
from nightshift.store.reads import find_job
from nightshift.store.scheduler import read_scheduler
from tests.unit.control.gateway import Gateway, refused
from tests.unit.control.jobs import REFUSED, SUCCEEDED, end, fresh, record_step

pytestmark = [pytest.mark.unit, pytest.mark.usefixtures("aws")]

BODY = {"language": "en", "target_length": 300}


@pytest.fixture
def impatient(waiter: Gateway, monkeypatch: pytest.MonkeyPatch) -> Gateway:
    """A waiter that does not wait."""
    monkeypatch.setattr(sys.modules["direct"], "LONGEST_WAIT_SECONDS", 0)
    return waiter


def meanwhile_ends(monkeypatch: pytest.MonkeyPatch, execution: Execution, **step: object) -> None:
    """What the other functions do while the waiter sleeps."""

    def act(seconds: float) -> None:
        assert 0 < seconds <= 25
        for run in dispatch.fill([], now()):
            if step:
                record_step(run, **step)
            end(run, execution, now())

    monkeypatch.setattr(sys.modules["direct"].time, "sleep", act)


def test_a_result_that_comes_soon_is_the_answer(waiter: Gateway, monkeypatch: pytest.MonkeyPatch) -> None:
    made = {"name": "one.md", "content_type": "text/markdown", "size": 10}
    told = {"stories": [{"title": "The ferry"}]}
    meanwhile_ends(
        monkeypatch,
        SUCCEEDED,
        status="done",
        exit_code=0,
        artifacts=[made],
        output=told,
        started_at="2026-01-31T09:30:00Z",
    )
    answer = waiter.call("POST", "/story/generate", BODY)
    assert answer.status == 200, answer.body
    job = answer.json()["job"]
    assert (job["type"], job["status"], job["priority"]) == ("story", "COMPLETED", 100)
    assert job["params"]["target_length"] == 300
    assert job["artifacts"][0]["url"].startswith(f"https://api.example/v1/jobs/{job['job_id']}/artifacts/one.md")
    assert answer.json()["results"] == [told]
    assert answer.headers["location"] == f"https://api.example/v1/jobs/{job['job_id']}"
    assert "retry-after" not in answer.headers


def test_a_failure_is_a_result_too(waiter: Gateway, monkeypatch: pytest.MonkeyPatch) -> None:
    meanwhile_ends(monkeypatch, REFUSED)
    answer = waiter.call("POST", "/story/generate", BODY)
    assert answer.status == 200
    assert (answer.json()["job"]["status"], answer.json()["job"]["error"]["code"]) == ("FAILED", "input")


def test_what_takes_longer_is_accepted(impatient: Gateway) -> None:
    answer = impatient.call("POST", "/story/generate", {})
    assert answer.status == 202
    job = answer.json()["job"]
    assert (job["status"], answer.json()["results"]) == ("QUEUED", [])
    assert answer.headers["location"].endswith(f"/jobs/{job['job_id']}")
    assert answer.headers["retry-after"] == "1"
    assert read_scheduler().reservation_of("default", now())


def test_research_is_asked_for_alike(impatient: Gateway) -> None:
    refused(impatient.call("POST", "/research/run", {}), 422)
    answer = impatient.call("POST", "/research/run", {"topic": "lighthouses", "tags": ["sea"]})
    assert answer.status == 202
    job = answer.json()["job"]
    assert (job["type"], job["params"]["tags"], job["tags"]) == ("research", ["sea"], [])


def test_the_webhook_beside_the_params_is_the_jobs(impatient: Gateway) -> None:
    answer = impatient.call("POST", "/story/generate", BODY | {"webhook": {"url": "https://example.com/told"}})
    assert answer.status == 202, answer.body
    job = answer.json()["job"]
    assert job["webhook"]["url"] == "https://example.com/told"
    assert "webhook" not in job["params"]
    refused(impatient.call("POST", "/story/generate", {"webhook": {"url": "http://127.0.0.1/"}}), 422)


def test_the_same_key_comes_back_for_the_result(impatient: Gateway, monkeypatch: pytest.MonkeyPatch) -> None:
    key = {"Idempotency-Key": "k"}
    first = impatient.call("POST", "/story/generate", BODY, key).json()["job"]
    job = find_job(first["job_id"])
    assert job
    dispatch.fill([], now())
    end(fresh(job)[1], SUCCEEDED, now())
    again = impatient.call("POST", "/story/generate", BODY, key)
    assert (again.status, again.headers["idempotency-replayed"]) == (200, "true")
    assert again.json()["job"]["job_id"] == first["job_id"]
    refused(impatient.call("POST", "/story/generate", BODY | {"seed": 1}, key), 422)


def test_a_second_request_while_the_first_waits_is_refused_by_name(impatient: Gateway) -> None:
    first = impatient.call("POST", "/story/generate", BODY).json()["job"]
    problem = refused(impatient.call("POST", "/story/generate", BODY), 409)
    assert first["job_id"] in problem["detail"]


def test_the_status_shows_the_reservation(api: Gateway, impatient: Gateway) -> None:
    assert api.call("GET", "/scheduler/status").json()["has_active_reservation"] is False
    impatient.call("POST", "/story/generate", BODY)
    assert api.call("GET", "/scheduler/status").json()["has_active_reservation"] is True
    dispatch.fill([], now())
    assert api.call("GET", "/scheduler/status").json()["has_active_reservation"] is False


@pytest.mark.parametrize("body", [{"seconds": 1}, {"target_length": 20_000}, {"priority": 3}, [], {"topic": ""}])
def test_what_a_story_cannot_be_is_refused_and_reserves_nothing(impatient: Gateway, body: object) -> None:
    refused(impatient.call("POST", "/story/generate", body), 422)
    assert read_scheduler().reservations == {}
