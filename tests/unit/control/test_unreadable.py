"""Items that were changed by hand, or written by another version: named, logged, and in the way of nothing else."""

from collections.abc import Callable
from typing import Any

import pytest

from nightshift.store.items import Item
from nightshift.store.keys import article_key, job_key, run_key, schedule_key
from nightshift.store.write import Update
from tests.unit.control.gateway import Gateway, refused
from tests.unit.control.jobs import at, dispatched, make, running, status
from tests.unit.control.schedules import PROBE, made
from tests.unit.control.steps import image_of

pytestmark = [pytest.mark.unit, pytest.mark.usefixtures("aws")]


def break_(key: Item, **values: Any) -> None:
    assert Update(key, values=values, condition="attribute_exists(#pk)").apply()


def broken_job(**request: Any) -> str:
    job_id = make(**request).job_id
    break_(job_key(job_id), exit_code="zero")
    return job_id


def an_article(api: Gateway) -> str:
    draft = {"language": "en", "level": "B1", "length": 200, "topic": "wells"}
    article_id: str = api.call("POST", "/articles", draft).json()["article_id"]
    return article_id


@pytest.mark.parametrize("listing", ["/jobs", "/jobs?tag=t", "/jobs?status=QUEUED", "/jobs?type=probe"])
def test_a_listing_shows_the_other_jobs_and_logs_what_is_none(
    api: Gateway, listing: str, caplog: pytest.LogCaptureFixture
) -> None:
    broken, whole = broken_job(tags=["t"]), make(at(1), tags=["t"])
    assert [job["job_id"] for job in api.call("GET", listing).json()["jobs"]] == [whole.job_id]
    assert f"JOB#{broken}" in caplog.text


def test_a_batch_shows_its_other_jobs(api: Gateway) -> None:
    batch = api.call("POST", "/jobs/batch/trigger", {"jobs": [PROBE, PROBE]}).json()
    first, second = batch["job_ids"]
    break_(job_key(first), exit_code="zero")
    shown = api.call("GET", f"/jobs/batch/{batch['batch_id']}").json()
    assert [job["job_id"] for job in shown["jobs"]] == [second]


def test_so_do_schedules_articles_and_runs(api: Gateway) -> None:
    schedules = [made(at(second)).schedule_id for second in range(2)]
    break_(schedule_key(schedules[0]), overlap="sometimes")
    assert [each["schedule_id"] for each in api.call("GET", "/schedules").json()["schedules"]] == schedules[1:]
    articles = [an_article(api) for _ in range(2)]
    break_(article_key(articles[0]), status="lost")
    assert [each["article_id"] for each in api.call("GET", "/articles").json()["articles"]] == articles[1:]
    job, run = running()
    break_(run_key(job.job_id, run.run_number), exit_code="zero")
    assert api.call("GET", f"/jobs/{job.job_id}/runs").json()["runs"] == []


def a_schedule(api: Gateway) -> str:
    return made().schedule_id


@pytest.mark.parametrize(
    ("make_one", "key", "path", "wrong"),
    [
        (lambda api: make().job_id, job_key, "/jobs", "status"),
        (a_schedule, schedule_key, "/schedules", "overlap"),
        (an_article, article_key, "/articles", "status"),
    ],
)
def test_one_that_cannot_be_read_is_told_what_is_wrong_with_it(
    api: Gateway, make_one: Callable[[Gateway], str], key: Callable[[str], Item], path: str, wrong: str
) -> None:
    found = make_one(api)
    break_(key(found), **{wrong: "PONDERING"})
    detail = refused(api.call("GET", f"{path}/{found}"), 500)["detail"]
    assert found in detail
    assert f"{wrong}: " in detail


def test_another_tenant_does_not_learn_of_it(api: Gateway) -> None:
    broken = broken_job()
    break_(job_key(broken), tenant_id="acme")
    refused(api.call("GET", f"/jobs/{broken}"), 404)
    results = api.call("POST", "/jobs/cancel", {"ids": [broken]}).json()["results"]
    assert results[0]["message"] == f"There is no job {broken}."


def test_of_many_jobs_to_cancel_the_others_are(api: Gateway) -> None:
    broken, whole = broken_job(), make(at(1))
    results = api.call("POST", "/jobs/cancel", {"ids": [broken, whole.job_id]}).json()["results"]
    assert "exit_code" in results[0]["message"]
    assert results[1]["status"] == status(whole) == "CANCELLED"


def test_very_many_at_a_lanes_head_hold_up_none_of_its_jobs(caplog: pytest.LogCaptureFixture) -> None:
    broken = [broken_job(priority=100) for _ in range(8)]
    whole = make(at(1))
    assert dispatched(at(2)) == []
    assert dispatched(at(3)) == [whole.job_id]
    told = [record for record in caplog.records if record.message == "put last in its lane"]
    assert len(told) == len(broken), "each is told of once"


def test_one_that_was_mended_has_its_turn() -> None:
    job = make()
    break_(job_key(job.job_id), exit_code="zero")
    assert dispatched(at(1)) == []
    Update(job_key(job.job_id), values={"exit_code": None}).apply()
    assert dispatched(at(2)) == [job.job_id]
    assert "queue_sk" not in image_of(job)
