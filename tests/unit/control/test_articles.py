"""Articles: their routes, and how they follow their jobs."""

import json
from datetime import datetime, timedelta
from typing import Any

import pytest

from nightshift import articles, clients, dispatch, transitions
from nightshift.cancel import cancel
from nightshift.clock import now
from nightshift.errors import StateConflictError
from nightshift.job_types import ArticleParams
from nightshift.models.job import Artifact, Job
from nightshift.models.status import RunStatus
from nightshift.store.articles import find_article
from nightshift.store.reads import find_job
from tests.unit.control.gateway import Gateway, refused
from tests.unit.control.jobs import CRASHED, REFUSED, SUCCEEDED, TENANT, at, end, fresh

pytestmark = [pytest.mark.unit, pytest.mark.usefixtures("aws")]

BODY: dict[str, Any] = {"language": "en", "level": "B1", "length": 200, "topic": "wells", "source_text": "A well. " * 9}


def made(api: Gateway, **changes: Any) -> str:
    answer = api.call("POST", "/articles", BODY | changes)
    assert answer.status == 201, answer.body
    return str(answer.json()["article_id"])


def generated(api: Gateway, article_id: str, query: str = "") -> Job:
    answer = api.call("POST", f"/articles/{article_id}/generate{query}")
    assert answer.status == 202, answer.body
    assert answer.json()["article_id"] == article_id
    job = find_job(answer.json()["job_id"])
    assert job
    return job


def status(article_id: str) -> str:
    article = find_article(article_id)
    assert article
    return article.status


def job_status(job: Job) -> str:
    found = find_job(job.job_id)
    assert found
    return found.status


def ended(job: Job, execution: Any, seconds: float = 5) -> None:
    started = {run.job_id: run for run in dispatch.fill([], now())}
    end(started[job.job_id], execution, now() + timedelta(seconds=seconds))


def test_an_article_is_made_listed_written_and_deleted(api: Gateway) -> None:
    answer = api.call("POST", "/articles", BODY)
    article = answer.json()
    assert answer.headers["location"].endswith(f"/articles/{article['article_id']}")
    assert (article["status"], article["job_id"], article["source_text"]) == ("draft", None, BODY["source_text"])
    path = f"/articles/{article['article_id']}"
    assert api.call("GET", path).json() == article
    (listed,) = api.call("GET", "/articles").json()["articles"]
    assert listed.items() <= article.items()
    refused(api.call("GET", f"{path}/content"), 409)
    job = generated(api, article["article_id"])
    assert (job.type, job.article_id, job.params) == ("article", article["article_id"], BODY)
    assert api.call("GET", path).json()["status"] == "running"
    ended(job, SUCCEEDED)
    assert api.call("GET", path).json()["status"] == "completed"
    assert api.call("DELETE", path).json()["success"] is True
    for method, of in (("GET", path), ("GET", f"{path}/content"), ("DELETE", path), ("POST", f"{path}/generate")):
        refused(api.call(method, of), 404)
    assert api.call("GET", "/articles").json() == {"articles": [], "next_token": None}


def test_what_was_written_is_read(api: Gateway) -> None:
    article_id = made(api)
    job = generated(api, article_id)
    (run,) = dispatch.fill([], now())
    files = {"wells.md": "# Wells\n", "wells.json": json.dumps({"replaced_sentences": []})}
    for name, body in files.items():
        key = f"{TENANT}/{job.job_id}/{run.run_id}/artifacts/{name}"
        clients.s3().put_object(Bucket="nightshift-artifacts", Key=key, Body=body.encode())
    stored = tuple(Artifact(name=name, content_type="text/plain", size=1, run_id=run.run_id) for name in files)
    running, _ = fresh(job)
    assert transitions.end_run(
        running, run, RunStatus.COMPLETED, now(), exit_code=0, error=None, artifacts=stored, carried=(), retry_at=None,
        resume=None,
    )  # fmt: skip
    content = api.call("GET", f"/articles/{article_id}/content").json()
    assert (content["text"], content["details"]) == ("# Wells\n", {"replaced_sentences": []})
    clients.s3().delete_object(Bucket="nightshift-artifacts", Key=key)
    refused(api.call("GET", f"/articles/{article_id}/content"), 404)


def test_the_same_inputs_are_refused_for_a_day_unless_forced(api: Gateway) -> None:
    first = made(api)
    job = generated(api, first)
    for article_id in (first, made(api)):
        problem = refused(api.call("POST", f"/articles/{article_id}/generate"), 409)
        assert (problem["job_id"], problem["article_id"]) == (job.job_id, first)
    assert status(article_id) == "draft"
    assert generated(api, article_id, "?force=true").job_id != job.job_id
    assert generated(api, made(api, level="A2")).job_id != job.job_id
    wanted = {"force": False, "idempotency_key": None, "correlation_id": None}
    with pytest.raises(StateConflictError):
        articles.generate(TENANT, first, **wanted, now=now() + timedelta(hours=23))
    assert articles.generate(TENANT, first, **wanted, now=now() + timedelta(hours=25))


def test_what_failed_or_was_deleted_does_not_stand_in_the_way(api: Gateway) -> None:
    first = made(api)
    ended(generated(api, first), REFUSED)
    assert status(first) == "failed"
    second = made(api)
    generated(api, second)
    api.call("DELETE", f"/articles/{second}")
    generated(api, first)
    assert status(first) == "running"


def test_a_duplicate_that_failed_does_not_hide_the_one_before(api: Gateway) -> None:
    first = made(api)
    written = generated(api, first)
    ended(written, SUCCEEDED)
    for _ in range(2):
        second = made(api)
        ended(generated(api, second, "?force=true"), REFUSED)
        assert status(second) == "failed"
    assert refused(api.call("POST", f"/articles/{second}/generate"), 409)["job_id"] == written.job_id
    api.call("DELETE", f"/articles/{first}")
    generated(api, second)


def test_an_article_runs_on_through_the_attempts_of_its_job(api: Gateway) -> None:
    article_id = made(api)
    job = generated(api, article_id)
    ended(job, CRASHED)
    assert (fresh(job)[0].status, status(article_id)) == ("SCHEDULED", "running")
    cancel(TENANT, job.job_id, now())
    assert status(article_id) == "failed"
    assert api.call("POST", f"/jobs/{job.job_id}/retry").status == 202
    assert status(article_id) == "running"


def test_an_article_that_is_written_again_has_one_live_job(api: Gateway) -> None:
    article_id = made(api)
    waiting = generated(api, article_id)
    begun = generated(api, article_id, "?force=true")
    (run,) = dispatch.fill([], now())
    latest = generated(api, article_id, "?force=true")
    assert job_status(waiting) == "CANCELLED"
    assert fresh(begun)[0].cancel_requested_at is not None
    assert (job_status(latest), status(article_id)) == ("QUEUED", "running")
    end(run, SUCCEEDED, now() + timedelta(seconds=5))
    assert status(article_id) == "running"
    assert api.call("DELETE", f"/articles/{article_id}").status == 200
    assert (job_status(latest), status(article_id)) == ("CANCELLED", "deleted")


def test_a_job_that_its_article_has_left_is_not_begun_again(api: Gateway) -> None:
    article_id = made(api)
    earlier = generated(api, article_id)
    latest = generated(api, article_id, "?force=true")
    cancelled = find_job(earlier.job_id)
    assert cancelled
    assert not transitions.requeue(cancelled, None, now())
    for path in (f"/jobs/{earlier.job_id}/retry", f"/jobs/{earlier.job_id}/stages/write_article"):
        assert "another job" in refused(api.call("POST", path), 409)["detail"]
    api.call("DELETE", f"/articles/{article_id}")
    assert "was deleted" in refused(api.call("POST", f"/jobs/{latest.job_id}/retry"), 409)["detail"]
    assert {job_status(earlier), job_status(latest)} == {"CANCELLED"}


def test_deleting_an_article_cancels_the_job_that_writes_it(api: Gateway) -> None:
    waiting, running = made(api), made(api, level="A2")
    queued = generated(api, waiting)
    assert api.call("DELETE", f"/articles/{waiting}").status == 200
    assert (job_status(queued), status(waiting)) == ("CANCELLED", "deleted")
    begun = generated(api, running)
    (run,) = dispatch.fill([], now())
    assert api.call("DELETE", f"/articles/{running}").status == 200
    assert fresh(begun)[0].cancel_requested_at is not None
    end(run, SUCCEEDED, now() + timedelta(seconds=5))
    assert status(running) == "deleted"


def test_a_job_that_ends_meanwhile_does_not_keep_its_article(api: Gateway, monkeypatch: pytest.MonkeyPatch) -> None:
    article_id = made(api)
    job = generated(api, article_id)

    def ends_first(tenant_id: str, job_id: str, at: datetime) -> Job:
        ended(job, SUCCEEDED)
        return cancel(tenant_id, job_id, at)

    monkeypatch.setattr(articles, "cancel", ends_first)
    assert api.call("DELETE", f"/articles/{article_id}").status == 200
    assert (fresh(job)[0].status, status(article_id)) == ("COMPLETED", "deleted")


def test_no_article_runs_without_its_job(api: Gateway, monkeypatch: pytest.MonkeyPatch) -> None:
    article_id = made(api)

    def broken(**_: Any) -> None:
        raise ConnectionError

    with monkeypatch.context() as patch:
        patch.setattr(clients.dynamodb(), "transact_write_items", broken)
        refused(api.call("POST", f"/articles/{article_id}/generate"), 500)
    assert status(article_id) == "draft"
    assert api.call("GET", "/jobs").json()["jobs"] == []
    generated(api, article_id)


def test_a_request_that_is_repeated_with_its_key_makes_one(api: Gateway) -> None:
    key = {"Idempotency-Key": "k"}
    first, again = (api.call("POST", "/articles", BODY, key) for _ in range(2))
    assert first.json() == again.json()
    assert again.headers["idempotency-replayed"] == "true"
    refused(api.call("POST", "/articles", BODY | {"length": 300}, key), 422)
    path = f"/articles/{first.json()['article_id']}"
    job, repeated = (api.call("POST", f"{path}/generate", None, key) for _ in range(2))
    assert (job.json(), repeated.headers["idempotency-replayed"]) == (repeated.json(), "true")
    api.call("DELETE", path)
    refused(api.call("POST", "/articles", BODY, key), 409)


@pytest.mark.parametrize(
    "changes",
    [
        {"level": "D1"},
        {"length": 99},
        {"length": 2001},
        {"language": "fr"},
        {"topic": "x"},
        {"source_url": "https://example.com"},
        {"source_text": None, "source_url": "http://169.254.169.254/latest"},
        {"source_text": None, "source_url": "file:///etc/passwd"},
        {"sauce": "x"},
    ],
)
def test_bad_drafts_are_refused(api: Gateway, changes: dict[str, Any]) -> None:
    refused(api.call("POST", "/articles", BODY | changes), 422)
    assert api.call("GET", "/articles").json()["articles"] == []


def test_a_source_that_no_job_could_carry_is_refused(api: Gateway) -> None:
    refused(api.call("POST", "/articles", BODY | {"source_text": "우물 " * 10_000}), 413)


def test_another_tenants_article_is_not_there(api: Gateway) -> None:
    params = ArticleParams.model_validate(BODY)
    theirs = articles.create_article("other", params, None, at(0)).resource.article_id
    for method, path in (("GET", ""), ("GET", "/content"), ("DELETE", ""), ("POST", "/generate")):
        refused(api.call(method, f"/articles/{theirs}{path}"), 404)
    assert api.call("GET", "/articles").json()["articles"] == []
    # The same inputs of another tenant are none of ours.
    articles.generate("other", theirs, force=False, idempotency_key=None, correlation_id=None, now=now())
    generated(api, made(api))


def test_pages_are_complete(api: Gateway) -> None:
    ids = {made(api) for _ in range(3)}
    first = api.call("GET", "/articles?limit=2").json()
    second = api.call("GET", f"/articles?limit=2&next_token={first['next_token']}").json()
    assert {article["article_id"] for page in (first, second) for article in page["articles"]} == ids
    assert second["next_token"] is None
