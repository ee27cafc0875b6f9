"""A client of the old trigger API, as its documentation tells one to be written, with only its base URL changed."""

import time
from typing import Any

import httpx

from tests.stack.deployed import Deployed

DEADLINE_SECONDS = 120
POLL_SECONDS = 0.3


class OldClient:
    """Triggers, polls, branches on the status: it knows nothing of what has come since."""

    def __init__(self, http: httpx.Client) -> None:
        self._http = http

    def trigger(self, kind: str, **body: Any) -> dict[str, Any]:
        answer = self._http.post(f"/jobs/{kind}/trigger", json=body)
        assert answer.status_code == 202, answer.text
        return dict(answer.json())

    def job(self, job_id: str) -> dict[str, Any]:
        answer = self._http.get(f"/jobs/{job_id}")
        assert answer.status_code == 200, answer.text
        return dict(answer.json())

    def post(self, path: str) -> dict[str, Any]:
        answer = self._http.post(path)
        assert answer.is_success, answer.text
        return dict(answer.json())

    def listed(self, **filters: str) -> list[dict[str, Any]]:
        return list(self._http.get("/jobs", params=filters).json()["jobs"])

    def poll(self, job_id: str, *until: str) -> dict[str, Any]:
        deadline = time.monotonic() + DEADLINE_SECONDS
        while (job := self.job(job_id))["status"] not in until:
            assert job["status"] in ("queued", "running"), job
            assert time.monotonic() < deadline, job
            time.sleep(POLL_SECONDS)
        return job


def test_stories_and_research_are_triggered_polled_and_fetched(stack: Deployed) -> None:
    client = OldClient(stack.api)
    story = client.trigger("story", max_stories=2, enable_dedup=True, target_length=400)
    assert (story["type"], story["status"]) == ("story_generation", "queued")
    research = client.trigger("research", topic="Korean apartment horror", tags=["urban", "isolation"])

    told = client.poll(story["job_id"], "succeeded")
    assert (told["exit_code"], told["error"], told["pid"]) == (0, None, None)
    assert told["params"]["max_stories"] == 2
    markdown = [url for url in told["artifacts"] if ".md" in url]
    assert len(markdown) == 2
    with httpx.Client(headers=stack.stack.api_headers, follow_redirects=True) as browser:
        assert browser.get(markdown[0]).text.startswith("---")
        assert browser.get(told["log_path"]).json()["lines"]

    found = client.poll(research["job_id"], "succeeded")
    assert (found["type"], bool(found["artifacts"])) == ("research", True)
    check = client.post(f"/jobs/{research['job_id']}/dedup_check")
    # Any signal: other tests' cards on this stack may share a matter with it.
    assert (check["has_artifact"], check["signal"] in ("LOW", "MEDIUM", "HIGH")) == (True, True)
    assert story["job_id"] in [job["job_id"] for job in client.listed(status="succeeded", type="story_generation")]


def test_a_running_job_is_monitored_and_cancelled(stack: Deployed) -> None:
    client = OldClient(stack.api)
    job_id = client.trigger("story", max_stories=100, interval_seconds=60, target_length=300)["job_id"]
    client.poll(job_id, "running")
    assert job_id in [job["job_id"] for job in client.listed(status="running")]
    monitored = client.post(f"/jobs/{job_id}/monitor")
    assert (monitored["monitored_count"], monitored["results"][0]["status"]) == (1, "running")
    assert job_id in [job["job_id"] for job in client.post("/jobs/monitor")["results"]]
    assert client.post(f"/jobs/{job_id}/cancel")["job_id"] == job_id
    assert client.poll(job_id, "cancelled")["finished_at"]
