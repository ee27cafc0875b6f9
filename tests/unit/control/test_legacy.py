"""The old trigger API, as its clients use it."""

from typing import Any

import pytest

from nightshift.models.job import Job
from nightshift.models.status import JobStatus
from nightshift.store.reads import find_job
from tests.unit.control.gateway import Gateway, refused
from tests.unit.control.jobs import CRASHED, dispatched, end, fresh, make, record_step, running

pytestmark = [pytest.mark.unit, pytest.mark.usefixtures("aws")]

OLD_FIELDS = {
    "job_id",
    "type",
    "status",
    "params",
    "pid",
    "log_path",
    "artifacts",
    "created_at",
    "started_at",
    "finished_at",
    "exit_code",
    "error",
}
HOOK = "https://8.8.8.8/hook"


def triggered(api: Gateway, kind: str, body: Any, **headers: str) -> dict[str, Any]:
    answer = api.call("POST", f"/jobs/{kind}/trigger", body, headers)
    assert answer.status == 202, answer.body
    return dict(answer.json())


def job_of(answer: dict[str, Any]) -> Job:
    job = find_job(answer["job_id"])
    assert job
    return job


def test_a_trigger_makes_a_job_with_one_attempt(api: Gateway) -> None:
    body = {"max_stories": 5, "enable_dedup": True, "interval_seconds": 30, "target_length": 600}
    answer = api.call("POST", "/jobs/story/trigger", body)
    assert answer.status == 202
    told = answer.json()
    assert (told["type"], told["status"]) == ("story_generation", "queued")
    assert answer.headers["deprecation"].startswith("@")
    assert answer.headers["link"] == '</jobs>; rel="successor-version"'
    assert answer.headers["location"].endswith(f"/jobs/{told['job_id']}")
    assert answer.headers["retry-after"]
    job = job_of(told)
    assert (job.type, job.status, job.max_attempts) == ("story", JobStatus.QUEUED, 1)
    assert body.items() <= job.params.items()


def test_a_research_trigger_needs_a_topic(api: Gateway) -> None:
    told = triggered(api, "research", {"topic": "Korean apartment horror", "tags": ["urban"], "timeout": 60})
    assert (told["type"], job_of(told).params["tags"]) == ("research", ["urban"])
    problem = refused(api.call("POST", "/jobs/research/trigger", {"tags": ["urban"]}), 422)
    assert problem["errors"][0]["loc"][-1] == "topic"


def test_its_job_is_shown_in_the_old_words_unless_asked_otherwise(api: Gateway) -> None:
    told = triggered(api, "story", {})
    path = f"/jobs/{told['job_id']}"
    shown = api.call("GET", path).json()
    assert shown.keys() == OLD_FIELDS
    assert (shown["type"], shown["status"], shown["pid"], shown["artifacts"]) == (
        "story_generation",
        "queued",
        None,
        [],
    )
    assert api.call("GET", f"{path}?view=current").json()["status"] == "QUEUED"
    refused(api.call("GET", f"{path}?view=old"), 422)


def test_any_job_is_shown_in_the_old_words_if_asked(api: Gateway, waiter: Gateway) -> None:
    path = f"/jobs/{make().job_id}"
    assert api.call("GET", path).json()["status"] == "QUEUED"
    assert api.call("GET", f"{path}?view=legacy").json()["status"] == "queued"
    assert waiter.call("GET", f"{path}/wait?view=legacy").json()["status"] == "queued"


def test_a_run_is_shown_with_urls_for_paths(api: Gateway) -> None:
    told = triggered(api, "story", {})
    dispatched()
    job, run = fresh(job_of(told))
    running_now = api.call("GET", f"/jobs/{job.job_id}").json()
    assert (running_now["status"], running_now["log_path"]) == (
        "running",
        f"https://api.example/v1/jobs/{job.job_id}/logs",
    )
    artifact = {"name": "a b.md", "content_type": "text/markdown", "size": 1, "run_id": run.run_id}
    record_step(run, status="done", exit_code=0, more=True, artifacts=[artifact])
    end(run, CRASHED)
    ended = api.call("GET", f"/jobs/{job.job_id}").json()
    assert ended["status"] == "failed", "it has one attempt"
    assert ended["error"] == "exit status 137"
    assert ended["finished_at"].endswith("Z")
    assert ended["artifacts"] == [
        f"https://api.example/v1/jobs/{job.job_id}/artifacts/a%20b.md?run_id={run.run_id}",
    ]


def test_what_is_done_to_it_is_answered_in_the_old_words(api: Gateway) -> None:
    first, second = triggered(api, "story", {}), triggered(api, "story", {})
    dispatched()
    monitored = api.call("POST", "/jobs/monitor").json()
    assert [job["status"] for job in monitored["results"]] == ["running", "running"]
    assert api.call("POST", f"/jobs/{first['job_id']}/monitor").json()["results"][0]["status"] == "running"
    cancelled = api.call("POST", f"/jobs/{second['job_id']}/cancel")
    assert (cancelled.status, cancelled.json().keys()) == (202, OLD_FIELDS)
    third = triggered(api, "story", {})
    assert api.call("POST", f"/jobs/{third['job_id']}/cancel").json()["status"] == "cancelled"
    assert api.call("POST", f"/jobs/{third['job_id']}/retry").json()["status"] == "queued"


def test_a_batch_can_be_read_in_the_old_words(api: Gateway) -> None:
    member = {"type": "story", "webhook_url": HOOK, "webhook_events": ["succeeded"]}
    made = api.call("POST", "/jobs/batch/trigger", {"jobs": [member], "webhook_url": HOOK})
    assert made.status == 202, made.body
    batch = api.call("GET", f"/jobs/batch/{made.json()['batch_id']}?view=legacy").json()
    assert (batch["status"], batch["jobs"][0]["status"]) == ("queued", "queued")
    assert batch["webhook"]["url"] == HOOK
    cancelled = api.call("POST", f"/jobs/batch/{batch['batch_id']}/cancel?view=legacy").json()
    assert cancelled["jobs"][0]["status"] == "cancelled"


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("status=queued&type=story_generation", 1),
        ("status=running", 1),
        ("status=RUNNING&type=probe", 1),
        ("type=research", 0),
        ("status=succeeded", 0),
        ("status=completed", 0),
    ],
)
def test_lists_understand_the_old_words(api: Gateway, query: str, found: int) -> None:
    running()
    triggered(api, "story", {})
    listed = api.call("GET", f"/jobs?{query}").json()
    assert len(listed["jobs"]) == found


def test_a_list_shows_each_job_in_the_words_it_was_made_with(api: Gateway) -> None:
    make()
    triggered(api, "story", {})
    for view, expected in (("", {"QUEUED", "queued"}), ("?view=current", {"QUEUED"}), ("?view=legacy", {"queued"})):
        assert {job["status"] for job in api.call("GET", f"/jobs{view}").json()["jobs"]} == expected


def test_the_old_webhook_fields_mean_todays(api: Gateway) -> None:
    told = triggered(api, "story", {"webhook_url": HOOK, "webhook_events": ["succeeded", "failed"]})
    job = job_of(told)
    assert job.webhook
    assert (job.webhook.url, list(job.webhook.events)) == (HOOK, ["completed", "failed"])
    assert job_of(triggered(api, "story", {"webhook_url": None})).webhook is None
    direct = api.call("POST", "/jobs", {"type": "probe", "webhook_url": HOOK})
    assert direct.json()["webhook"]["events"] == ["completed", "failed", "skipped"]


@pytest.mark.parametrize(
    ("body", "says"),
    [
        ({"db_path": "/data/stories.db"}, "db_path"),
        ({"webhook_events": ["failed"]}, "webhook_url"),
        ({"webhook_url": HOOK, "webhook": {"url": HOOK}}, "webhook"),
        ({"webhook_url": "https://10.0.0.1/"}, "webhook"),
        ({"max_stories": 0}, "max_stories"),
        ({"max_stories": 101}, "max_stories"),
        ({"duration_seconds": 0}, "duration_seconds"),
        ({"target_length": 299}, "target_length"),
        ({"surprise": 1}, "surprise"),
    ],
)
def test_what_is_refused_says_why(api: Gateway, body: dict[str, Any], says: str) -> None:
    assert says in refused(api.call("POST", "/jobs/story/trigger", body), 422)["detail"]


def test_the_same_key_triggers_once(api: Gateway) -> None:
    key = {"Idempotency-Key": "k"}
    first = triggered(api, "story", {"max_stories": 2}, **key)
    again = api.call("POST", "/jobs/story/trigger", {"max_stories": 2}, key)
    assert (again.json()["job_id"], again.headers["idempotency-replayed"]) == (first["job_id"], "true")
    refused(api.call("POST", "/jobs/story/trigger", {"max_stories": 3}, key), 422)
