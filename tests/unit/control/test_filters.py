"""Lists of jobs by tag and by batch, alone and with other filters."""

from typing import Any

import pytest

from nightshift import transitions
from nightshift.batches import submit_batch
from nightshift.clients import dynamodb
from nightshift.store.items import to_item
from nightshift.store.keys import tag_partition
from nightshift.store.listing import JobFilter, list_jobs
from nightshift.store.scheduler import read_scheduler
from tests.unit.control.gateway import Gateway, refused
from tests.unit.control.jobs import T0, TENANT, at, dispatched, make

pytestmark = [pytest.mark.unit, pytest.mark.usefixtures("aws")]


def listed(api: Gateway, query: str) -> list[str]:
    """Ids of all jobs that the list shows, page by page."""
    ids: list[str] = []
    token = ""
    while True:
        answer = api.call("GET", f"/jobs?{query}{token}")
        assert answer.status == 200, answer.body
        page: Any = answer.json()
        ids += [job["job_id"] for job in page["jobs"]]
        if page["next_token"] is None:
            return ids
        token = f"&next_token={page['next_token']}"


def tag_items(tag: str) -> int:
    found = dynamodb().query(
        TableName="nightshift",
        KeyConditionExpression="pk = :pk",
        ExpressionAttributeValues=to_item({":pk": tag_partition(TENANT, tag)}),
    )
    return found["Count"]


def test_jobs_are_listed_by_tag_newest_first_over_pages(api: Gateway) -> None:
    tagged = [make(at(second), tags=["night", f"n{second % 2}"]).job_id for second in range(5)]
    make(at(9), tags=["nightly"])
    make(at(9))
    assert listed(api, "tag=night&limit=2") == tagged[::-1]
    assert listed(api, "tag=n1") == [tagged[3], tagged[1]]
    assert listed(api, "tag=none") == []


def test_a_tag_goes_with_the_other_filters(api: Gateway) -> None:
    running, probe = make(at(0), tags=["x"]), make(at(1), tags=["x"])
    story = make(at(2), type="story", params={}, tags=["x"])
    make(at(0), type="story", params={})
    assert transitions.claim(running, read_scheduler(), at(3))
    assert listed(api, "tag=x&status=QUEUED&limit=1") == [story.job_id, probe.job_id]
    assert listed(api, "tag=x&type=probe") == [probe.job_id, running.job_id]
    assert listed(api, "tag=x&created_after=2026-01-31T09:30:00Z&created_before=2026-01-31T09:30:02Z") == [probe.job_id]


def test_tags_that_are_changed_list_the_job_anew(api: Gateway) -> None:
    job = make(tags=["old", "kept"])
    answer = api.call("PATCH", f"/jobs/{job.job_id}", {"tags": ["kept", "new", "new"]})
    assert answer.json()["tags"] == ["kept", "new"]
    assert [listed(api, f"tag={tag}") for tag in ("old", "kept", "new")] == [[], [job.job_id], [job.job_id]]
    assert tag_items("old") == 0
    assert api.call("PATCH", f"/jobs/{job.job_id}", {"tags": []}).status == 200
    assert (tag_items("kept"), tag_items("new")) == (0, 0)


def test_a_job_that_has_begun_keeps_its_tags(api: Gateway) -> None:
    job = make(tags=["old"])
    assert dispatched() == [job.job_id]
    refused(api.call("PATCH", f"/jobs/{job.job_id}", {"tags": ["new"]}), 409)
    assert (tag_items("old"), tag_items("new")) == (1, 0)


def test_a_repeated_request_lists_its_job_once(api: Gateway) -> None:
    body = {"type": "probe", "tags": ["a"]}
    first, again = (api.call("POST", "/jobs", body, {"Idempotency-Key": "k"}) for _ in range(2))
    assert again.headers["idempotency-replayed"] == "true"
    assert listed(api, "tag=a") == [first.json()["job_id"]]
    refused(api.call("POST", "/jobs", body | {"tags": ["b"]}, {"Idempotency-Key": "k"}), 422)
    assert tag_items("b") == 0


def test_a_tag_is_text_and_not_a_part_of_a_key(api: Gateway) -> None:
    job = make(tags=["a#b"])
    make(tags=["밤"])
    assert listed(api, "tag=a%23b") == [job.job_id]
    assert listed(api, "tag=a") == []
    assert len(listed(api, "tag=%EB%B0%A4")) == 1
    refused(api.call("GET", f"/jobs?tag={'x' * 51}"), 422)
    refused(api.call("GET", "/jobs?tag="), 422)


def test_a_whole_batch_with_all_its_tags_is_listed(api: Gateway) -> None:
    tags = [f"t{number}" for number in range(10)]
    body = {"type": "probe", "params": {"cli": False}, "tags": tags}
    batch = submit_batch(TENANT, [body] * 50, "k", None, T0).batch
    assert {tag_items(tag) for tag in tags} == {50}
    assert sorted(listed(api, "tag=t9&limit=20")) == sorted(batch.job_ids)


def test_jobs_are_listed_by_batch(api: Gateway) -> None:
    bodies = [{"type": "probe", "tags": ["x"]}, {"type": "story"}, {"type": "probe"}]
    batch = submit_batch(TENANT, bodies, None, None, T0).batch
    first, story, second = batch.job_ids
    submit_batch(TENANT, bodies, None, None, T0)
    query = f"batch_id={batch.batch_id}"
    assert listed(api, f"{query}&limit=1") == sorted(batch.job_ids, reverse=True)
    assert listed(api, f"{query}&type=story") == [story]
    assert listed(api, f"{query}&tag=x") == [first]
    assert set(listed(api, f"{query}&status=QUEUED&type=probe")) == {first, second}
    assert listed(api, f"{query}&created_after=2026-02-01T00:00:00Z") == []
    assert listed(api, "batch_id=unknown") == []
    assert listed(api, f"batch_id={'x' * 3000}") == []


def test_another_tenants_batch_and_tags_are_not_shown() -> None:
    batch = submit_batch("other", [{"type": "probe", "tags": ["x"]}], None, None, T0).batch
    assert list_jobs(JobFilter(TENANT, batch_id=batch.batch_id), 50, None).jobs == []
    assert list_jobs(JobFilter(TENANT, tag="x"), 50, None).jobs == []
    assert len(list_jobs(JobFilter("other", tag="x"), 50, None).jobs) == 1


def test_a_token_holds_for_its_filters_only(api: Gateway) -> None:
    for second in range(3):
        make(at(second), tags=["a", "b"])
    token = api.call("GET", "/jobs?tag=a&limit=1").json()["next_token"]
    refused(api.call("GET", f"/jobs?tag=b&limit=1&next_token={token}"), 400)
    refused(api.call("GET", f"/jobs?limit=1&next_token={token}"), 400)
    assert api.call("GET", f"/jobs?tag=a&limit=1&next_token={token}").status == 200
