"""The way of a job through the deployed stack: REST, stream, bus, dispatcher, state machine, worker, finisher."""

from datetime import UTC, datetime, timedelta

import pytest

from tests.e2e.client import ended, eventually, log, runs, show, submit, wait_for
from tests.e2e.rounds.breaking import reconciler_away
from tests.stack.deployed import Deployed


@pytest.mark.parametrize("language", ["ko", "en"])
def test_a_story_is_written_and_can_be_read(stack: Deployed, language: str) -> None:
    job = submit(stack, type="story", params={"language": language, "target_length": 1200, "seed": 11})
    done = ended(stack, job)
    assert (done["status"], done["exit_code"], done["progress"]["percent"]) == ("COMPLETED", 0, 100)
    markdown, metadata = (
        next(artifact for artifact in done["artifacts"] if artifact["name"].endswith(ending))
        for ending in (".md", ".json")
    )
    answer = stack.api.get(markdown["url"], follow_redirects=True)
    assert answer.status_code == 200
    assert answer.headers["content-type"].startswith("text/markdown")
    assert len(answer.content) == markdown["size"]
    told = stack.api.get(metadata["url"], follow_redirects=True).json()
    assert (told["generator"], told["language"], told["seed"]) == ("offline", language, 11)
    assert 1080 <= told["char_count"] <= 1320
    assert told["title"] in answer.text


def test_stories_are_written_one_per_invocation(stack: Deployed) -> None:
    job = submit(stack, type="story", params={"max_stories": 3, "target_length": 400, "seed": 5})
    done = ended(stack, job)
    assert done["status"] == "COMPLETED"
    assert len({artifact["name"] for artifact in done["artifacts"]}) == 6
    (run,) = runs(stack, job)
    assert [(step["name"], step["iteration"]) for step in run["steps"]] == [("write_story", n) for n in range(3)]


def test_a_research_card_is_made(stack: Deployed) -> None:
    done = ended(stack, submit(stack, type="research", params={"topic": "등대", "tags": ["섬"], "seed": 2}))
    assert done["status"] == "COMPLETED"
    (card,) = (artifact for artifact in done["artifacts"] if artifact["name"].endswith(".json"))
    told = stack.api.get(card["url"], follow_redirects=True).json()
    assert (told["input"], told["validation"]["quality"]) == ({"topic": "등대", "tags": ["섬"]}, "good")
    assert told["canonical_core"]["setting"] == "infrastructure"


def test_a_probe_without_a_worker_is_the_floor(stack: Deployed) -> None:
    done = ended(stack, submit(stack, type="probe", params={"cli": False}))
    assert (done["status"], done["attempts"], done["artifacts"]) == ("COMPLETED", 1, [])


def test_a_probe_prints_reports_and_leaves_an_artifact(stack: Deployed) -> None:
    params = {"seconds": 1, "log": ["first", "둘째"], "artifact_bytes": 2048, "progress_every": 0.2}
    job = submit(stack, type="probe", params=params)
    done = ended(stack, job)
    assert (done["status"], done["current_step"], done["progress"]["percent"]) == ("COMPLETED", "probe", 100)
    lines = log(stack, job)
    assert {"first", "둘째"} <= set(lines)
    assert [artifact["size"] for artifact in done["artifacts"]] == [2048]


def test_a_failure_says_what_failed_and_bad_input_is_not_tried_again(stack: Deployed) -> None:
    job = submit(stack, type="probe", params={"exit_code": 1, "log": ["the topic is empty"], "artifact_bytes": 10})
    done = ended(stack, job)
    assert (done["status"], done["attempts"], done["exit_code"]) == ("FAILED", 1, 1)
    assert done["error"]["code"] == "input"
    assert "the topic is empty" in done["error"]["message"]
    assert [artifact["size"] for artifact in done["artifacts"]] == [10]


def test_a_provider_failure_is_tried_again_as_a_new_run(stack: Deployed) -> None:
    job = submit(stack, type="probe", params={"exit_code": 3}, max_attempts=2)
    done = ended(stack, job)
    assert (done["status"], done["attempts"], done["error"]["code"]) == ("FAILED", 2, "provider")
    assert [(run["attempt"], run["status"]) for run in runs(stack, job)] == [(2, "FAILED"), (1, "FAILED")]


def test_eventbridge_releases_a_deferred_job_at_its_time(stack: Deployed) -> None:
    in_an_hour = datetime.now(UTC) + timedelta(hours=1)
    job = submit(stack, type="probe", params={"cli": False}, run_at=in_an_hour.isoformat())
    assert job["status"] == "SCHEDULED"
    name = f"job-{job['job_id']}"

    def schedules() -> list[str]:
        return [found["Name"] for found in stack.scheduler.list_schedules(NamePrefix=name)["Schedules"]]

    eventually(schedules, "EventBridge Scheduler has its time")
    # The reconciler would release it too, and nobody could tell by whom it was.
    with reconciler_away(stack):
        due = datetime.now(UTC) + timedelta(seconds=4)
        stack.api.patch(f"/jobs/{job['job_id']}", json={"run_at": due.isoformat()}).raise_for_status()
        done = ended(stack, job)
    assert done["status"] == "COMPLETED"
    # Times are kept to the millisecond.
    assert datetime.fromisoformat(done["queued_at"]) >= due - timedelta(milliseconds=1)
    eventually(lambda: not schedules(), "the schedule is gone")


def test_the_same_idempotency_key_makes_one_job(stack: Deployed) -> None:
    body = {"type": "probe", "params": {"cli": False}}
    first, again = (stack.api.post("/jobs", json=body, headers={"Idempotency-Key": "e2e-1"}) for _ in range(2))
    assert first.json()["job_id"] == again.json()["job_id"]
    assert again.headers["idempotency-replayed"] == "true"
    ended(stack, first.json())


def test_cancelling_a_running_job_stops_its_processes(stack: Deployed) -> None:
    job = submit(stack, type="probe", params={"seconds": 600, "children": 2, "log": ["begun"]})
    wait_for(stack, job, lambda seen: seen["step_status"] == "running")
    answer = stack.api.post(f"/jobs/{job['job_id']}/cancel")
    assert answer.status_code == 202
    done = ended(stack, job)
    assert done["status"] == "CANCELLED"
    assert "begun" in log(stack, job)
    (run,) = runs(stack, job)
    assert run["status"] == "CANCELLED"


def test_a_job_past_its_time_fails_with_timeout(stack: Deployed) -> None:
    job = submit(stack, type="probe", params={"seconds": 600}, timeout_seconds=2, max_attempts=1)
    done = ended(stack, job)
    assert (done["status"], done["error"]["code"]) == ("FAILED", "timeout")


def test_no_more_jobs_run_than_there_are_slots(stack: Deployed) -> None:
    jobs = [submit(stack, type="probe", params={"seconds": 0.5}) for _ in range(8)]
    most = 0
    for job in jobs:
        while show(stack, job)["status"] not in ("COMPLETED", "FAILED"):
            most = max(most, len(stack.api.get("/scheduler/status").json()["running_job_ids"]))
    assert most <= 4
    assert all(show(stack, job)["status"] == "COMPLETED" for job in jobs)
