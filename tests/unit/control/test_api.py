"""The REST contract, through the handlers, as the gateway calls them."""

import base64
import json
from typing import Any

import pytest

from nightshift import clients, executions
from tests.unit.control.gateway import Gateway, refused
from tests.unit.control.jobs import (
    SUCCEEDED,
    at,
    end,
    make,
    record_step,
    running,
)

pytestmark = [pytest.mark.unit, pytest.mark.usefixtures("aws")]

UNKNOWN = "00000000-0000-4000-8000-000000000000"


def test_a_job_is_made_shown_and_listed(api: Gateway) -> None:
    made = api.call("POST", "/jobs", {"type": "story", "params": {"language": "en"}, "priority": 5, "tags": ["a"]})
    assert made.status == 201
    job = made.json()
    assert made.headers["location"] == f"https://api.example/v1/jobs/{job['job_id']}"
    assert (job["status"], job["priority"], job["params"]["target_length"]) == ("QUEUED", 5, 1500)
    assert job["created_at"].endswith("Z")
    assert api.call("GET", f"/jobs/{job['job_id']}").json() == job
    listed = api.call("GET", "/jobs").json()
    assert (listed["jobs"], listed["queued_count"], listed["next_token"]) == ([job], 1, None)


def test_what_is_internal_is_not_shown(api: Gateway) -> None:
    job = api.call("POST", "/jobs", {"type": "probe"}, {"Idempotency-Key": "k"}).json()
    assert {"request_hash", "resume", "run_number", "queue_pk"}.isdisjoint(job)


def test_the_same_idempotency_key_answers_with_the_same_job(api: Gateway) -> None:
    first = api.call("POST", "/jobs", {"type": "probe"}, {"Idempotency-Key": "k"})
    again = api.call("POST", "/jobs", {"type": "probe"}, {"Idempotency-Key": "k"})
    assert "idempotency-replayed" not in first.headers
    assert again.headers["idempotency-replayed"] == "true"
    assert again.json() == first.json()
    problem = refused(api.call("POST", "/jobs", {"type": "story"}, {"Idempotency-Key": "k"}), 422)
    assert "Idempotency-Key" in problem["detail"]


def test_malformed_json_is_400(api: Gateway) -> None:
    refused(api.call("POST", "/jobs", raw="{nope"), 400)


@pytest.mark.parametrize(
    ("body", "place"),
    [
        ({}, []),
        ({"type": "poem"}, []),
        ({"type": "probe", "surprise": 1}, ["surprise"]),
        ({"type": "probe", "params": {"surprise": 1}}, ["params", "surprise"]),
        ({"type": "probe", "params": {"seconds": 9999}}, ["params", "seconds"]),
        ({"type": "story", "params": {"target_length": "long"}}, ["params", "target_length"]),
        ({"type": "probe", "run_at": "tomorrow"}, ["run_at"]),
        ({"type": "probe", "run_at": "2099-01-01T00:00:00Z"}, []),
    ],
)
def test_an_invalid_body_is_422_and_names_the_field(api: Gateway, body: Any, place: list[str]) -> None:
    problem = refused(api.call("POST", "/jobs", body), 422)
    if place:
        assert problem["errors"][0]["loc"][-len(place) :] == place
    assert clients.dynamodb().scan(TableName="nightshift")["Count"] == 0


def test_a_job_type_that_is_none_is_told_which_there_are(api: Gateway) -> None:
    problem = refused(api.call("POST", "/jobs", {"type": "poem"}), 422)
    assert problem["errors"][0]["msg"].startswith("there is no poem; there are 'story'")


def test_a_body_that_is_not_json_is_415_and_one_too_large_413(api: Gateway) -> None:
    refused(api.call("POST", "/jobs", raw="a=b", headers={"Content-Type": "text/plain"}), 415)
    refused(api.call("POST", "/jobs", raw='"' + "x" * 300_000 + '"'), 413)


def test_unknown_paths_and_ids_are_404_and_wrong_methods_405(api: Gateway) -> None:
    refused(api.call("GET", "/nothing"), 404)
    for path in ("", "/runs", "/runs/x", "/logs", "/artifacts", "/artifacts/x"):
        refused(api.call("GET", f"/jobs/{UNKNOWN}{path}"), 404)
    refused(api.call("POST", f"/jobs/{UNKNOWN}/cancel"), 404)
    answer = api.call("PUT", "/jobs")
    refused(answer, 405)
    assert answer.headers["allow"] == "GET, POST"


def test_pages_hold_each_job_once_newest_first(api: Gateway) -> None:
    jobs = [make(at(second)).job_id for second in range(5)]
    first = api.call("GET", "/jobs?limit=3").json()
    second = api.call("GET", f"/jobs?limit=3&next_token={first['next_token']}").json()
    assert [job["job_id"] for job in first["jobs"] + second["jobs"]] == jobs[::-1]
    assert second["next_token"] is None


def test_tokens_of_other_listings_or_of_nobody_are_400(api: Gateway) -> None:
    for second in range(3):
        make(at(second))
    token = api.call("GET", "/jobs?limit=1").json()["next_token"]
    refused(api.call("GET", f"/jobs?limit=1&status=QUEUED&next_token={token}"), 400)
    refused(api.call("GET", "/jobs?next_token=rubbish"), 400)
    refused(api.call("GET", f"/jobs?next_token={token[:-4]}AAAA"), 400)
    refused(api.call("GET", "/jobs?limit=201"), 422)
    refused(api.call("GET", "/jobs?status=BUSY"), 422)


def forged(token: str, **changes: str) -> str:
    """The token with its payload changed."""
    payload = json.loads(base64.urlsafe_b64decode(token + "=" * (-len(token) % 4))) | changes
    return base64.urlsafe_b64encode(json.dumps(payload).encode()).decode().rstrip("=")


@pytest.mark.parametrize(
    "position",
    ["", "x", f"2026-01-31T09:30:00.000Z#{UNKNOWN}", f"2026-01-31T09:30:01Z#{UNKNOWN}", "2026-01-31T09:30:01.000Z#x"],
)
def test_a_token_names_a_place_within_its_listing(api: Gateway, position: str) -> None:
    for second in range(3):
        make(at(second))
    url = "/jobs?limit=1&created_after=2026-01-31T09:30:00.500Z&next_token="
    token = api.call("GET", url.removesuffix("&next_token=")).json()["next_token"]
    assert api.call("GET", url + forged(token)).status == 200
    refused(api.call("GET", url + forged(token, p=position)), 400)


def test_a_range_that_ends_before_it_begins_is_empty(api: Gateway) -> None:
    make()
    query = "created_after=2026-02-01T00:00:00Z&created_before=2026-01-01T00:00:00Z"
    assert api.call("GET", f"/jobs?{query}").json()["jobs"] == []


def test_lists_are_filtered_by_status_type_and_time(api: Gateway) -> None:
    story = make(at(0), type="story", params={}).job_id
    probe = make(at(10)).job_id
    later = make(at(20), run_at=at(9000)).job_id

    def ids(query: str) -> list[str]:
        return [job["job_id"] for job in api.call("GET", f"/jobs?{query}").json()["jobs"]]

    assert ids("status=SCHEDULED") == [later]
    assert ids("type=story") == [story]
    assert ids("status=QUEUED&type=probe") == [probe]
    assert ids("created_after=2026-01-31T09:30:05Z&created_before=2026-01-31T09:30:15Z") == [probe]


def test_etag_spares_the_body_until_something_changes(api: Gateway) -> None:
    job = make()
    etag = api.call("GET", f"/jobs/{job.job_id}").headers["etag"]
    same = api.call("GET", f"/jobs/{job.job_id}", headers={"If-None-Match": etag})
    assert (same.status, same.body) == (304, "")
    api.call("POST", f"/jobs/{job.job_id}/cancel")
    assert api.call("GET", f"/jobs/{job.job_id}", headers={"If-None-Match": etag}).status == 200


@pytest.mark.parametrize("path", ["/jobs?limit=5", "/scheduler/status"])
def test_who_asks_again_and_again_is_told_only_what_is_new(api: Gateway, path: str) -> None:
    make()
    etag = api.call("GET", path).headers["etag"]
    same = api.call("GET", path, headers={"If-None-Match": etag})
    assert (same.status, same.body, same.headers["etag"]) == (304, "", etag)
    make()
    assert api.call("GET", path, headers={"If-None-Match": etag}).status == 200


def test_cancel_is_202_and_409_once_the_job_has_ended(api: Gateway) -> None:
    job = make()
    cancelled = api.call("POST", f"/jobs/{job.job_id}/cancel")
    assert (cancelled.status, cancelled.json()["status"]) == (202, "CANCELLED")
    assert cancelled.headers["retry-after"]
    assert "CANCELLED" in refused(api.call("POST", f"/jobs/{job.job_id}/cancel"), 409)["detail"]


def test_runs_show_attempts_newest_first_with_their_steps(api: Gateway) -> None:
    job, run = running(type="story", params={})
    record_step(run, status="done", exit_code=0, started_at="2026-01-31T09:30:00.000Z", output={"made": 1})
    end(run, SUCCEEDED, at(3))
    listed = api.call("GET", f"/jobs/{job.job_id}/runs").json()
    assert listed["total"] == 1
    shown = api.call("GET", f"/jobs/{job.job_id}/runs/{run.run_id}").json()
    assert shown == listed["runs"][0]
    assert (shown["status"], shown["attempt"], shown["steps"][0]["output"]) == ("COMPLETED", 1, {"made": 1})
    assert shown["execution_arn"] == executions.arn_of(run)


def test_artifacts_redirect_to_a_presigned_url(api: Gateway) -> None:
    job, run = running(type="story", params={})
    made = {"name": "밤 story.md", "content_type": "text/markdown", "size": 3}
    record_step(run, status="done", exit_code=0, artifacts=[made], started_at="2026-01-31T09:30:00.000Z")
    end(run, SUCCEEDED, at(3))
    (artifact,) = api.call("GET", f"/jobs/{job.job_id}/artifacts").json()["artifacts"]
    path = artifact["url"].removeprefix("https://api.example/v1")
    answer = api.call("GET", path)
    assert answer.status == 302
    assert f"/{run.prefix}artifacts/" in answer.headers["location"]
    assert "X-Amz-Signature" in answer.headers["location"]
    refused(api.call("GET", f"/jobs/{job.job_id}/artifacts/other.md"), 404)


def test_an_artifacts_link_is_told_to_who_would_follow_with_the_key(api: Gateway) -> None:
    job, run = running(type="story", params={})
    made = {"name": "a.md", "content_type": "text/markdown", "size": 3}
    record_step(run, status="done", exit_code=0, artifacts=[made])
    end(run, SUCCEEDED, at(3))
    answer = api.call("GET", f"/jobs/{job.job_id}/artifacts/a.md?redirect=false")
    assert answer.status == 200
    assert answer.headers["cache-control"] == "no-store"
    assert f"/{run.prefix}artifacts/a.md" in answer.json()["url"]
    assert "X-Amz-Signature" in answer.json()["url"]
    refused(api.call("GET", f"/jobs/{job.job_id}/artifacts/other.md?redirect=false"), 404)


def test_logs_are_empty_before_the_first_run_and_readable_after(api: Gateway) -> None:
    waiting = make(at(1))
    assert api.call("GET", f"/jobs/{waiting.job_id}/logs").json() == {"lines": [], "next_token": None}
    job, run = running()
    key = f"{run.prefix}logs/1769851800000-probe-0000.log"
    clients.s3().put_object(Bucket="nightshift-artifacts", Key=key, Body=b"one\ntwo\n")
    end(run, SUCCEEDED, at(3))
    assert api.call("GET", f"/jobs/{job.job_id}/logs").json() == {"lines": ["one", "two"], "next_token": None}
    assert api.call("GET", f"/jobs/{job.job_id}/logs?tail=1").json()["lines"] == ["two"]
    refused(api.call("GET", f"/jobs/{job.job_id}/logs?next_token=rubbish"), 400)
    refused(api.call("GET", f"/jobs/{job.job_id}/logs?tail=0"), 422)


def test_an_id_longer_than_any_is_404(api: Gateway) -> None:
    refused(api.call("GET", f"/jobs/{'x' * 3000}"), 404)
    refused(api.call("GET", f"/jobs/batch/{'x' * 3000}"), 404)


def test_a_dependency_that_fails_is_503_with_retry_after(api: Gateway) -> None:
    clients.dynamodb().delete_table(TableName="nightshift")
    answer = api.call("GET", "/jobs")
    refused(answer, 503)
    assert answer.headers["retry-after"]
    refused(api.call("POST", "/jobs", {"type": "probe"}), 503)


def test_a_defect_is_a_problem_document_without_a_trace(api: Gateway, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken() -> None:
        raise RuntimeError("secret detail")

    from routes import scheduler

    monkeypatch.setattr(scheduler, "read_scheduler", broken)
    problem = refused(api.call("GET", "/scheduler/status"), 500)
    assert "secret" not in str(problem)


def test_the_documents_are_served(api: Gateway) -> None:
    document = api.call("GET", "/openapi.json").json()
    assert document["openapi"] == "3.1.0"
    assert document["servers"][0]["url"] == "https://api.example/v1"
    page = api.call("GET", "/docs")
    assert page.status == 200
    assert "swagger" in page.body.lower()


def test_wait_answers_at_once_when_there_is_news(waiter: Gateway) -> None:
    job = make()
    answer = waiter.call("GET", f"/jobs/{job.job_id}/wait?since_version=0&timeout=20")
    assert (answer.status, answer.json()["job_id"]) == (200, job.job_id)
    assert answer.headers["etag"] == '"1"'


def test_wait_is_304_when_nothing_happens(waiter: Gateway) -> None:
    job = make()
    answer = waiter.call("GET", f"/jobs/{job.job_id}/wait?since_version=1&timeout=0.05")
    assert (answer.status, answer.body) == (304, "")


def test_wait_refuses_what_it_cannot_do(waiter: Gateway) -> None:
    refused(waiter.call("GET", f"/jobs/{UNKNOWN}/wait"), 404)
    job = make()
    refused(waiter.call("GET", f"/jobs/{job.job_id}/wait?timeout=26"), 422)
    refused(waiter.call("GET", f"/jobs/{job.job_id}/wait?since_version=x"), 422)


def test_a_refusal_is_a_sentence_of_ours(api: Gateway) -> None:
    problem = refused(api.call("POST", "/jobs", {"type": "probe", "run_at": "tomorrow"}), 422)
    assert problem["errors"][0]["msg"].startswith("a time is written as in RFC 3339")
