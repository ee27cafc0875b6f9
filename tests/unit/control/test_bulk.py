"""Many jobs cancelled or retried in one request."""

from typing import Any

import pytest

from nightshift import transitions
from nightshift.models.bulk_requests import JOBS_AT_MOST
from nightshift.models.job import Job
from tests.unit.control.gateway import Gateway, refused
from tests.unit.control.jobs import REFUSED, SUCCEEDED, at, end, make, running, status

pytestmark = [pytest.mark.unit, pytest.mark.usefixtures("aws")]

UNKNOWN = "00000000-0000-4000-8000-000000000000"


def ask(api: Gateway, path: str, body: Any) -> dict[str, Any]:
    answer = api.call("POST", path, body)
    assert answer.status == 202, answer.body
    assert answer.headers["retry-after"]
    return dict(answer.json())


def completed() -> Job:
    job, run = running()
    end(run, SUCCEEDED)
    return job


def failed() -> Job:
    job, run = running()
    end(run, REFUSED)
    return job


def test_each_id_gets_what_it_would_get_alone(api: Gateway) -> None:
    done, going_on, waiting = completed(), running()[0], make()
    ids = [waiting.job_id, UNKNOWN, going_on.job_id, done.job_id, waiting.job_id]
    results = ask(api, "/jobs/cancel", {"ids": ids})["results"]
    assert [(one["job_id"], one["success"], one["status"]) for one in results] == [
        (waiting.job_id, True, "CANCELLED"),
        (UNKNOWN, False, None),
        (going_on.job_id, True, "RUNNING"),
        (done.job_id, False, "COMPLETED"),
    ]
    assert "There is no job" in results[1]["message"]
    assert "COMPLETED" in results[3]["message"]


def test_a_filter_passes_over_what_has_ended(api: Gateway) -> None:
    done, tagged, other = completed(), make(tags=["a"]), make(tags=["b"])
    found = ask(api, "/jobs/cancel", {"filter": {"tag": "a"}})
    assert [one["job_id"] for one in found["results"]] == [tagged.job_id]
    assert (found["next_token"], status(other), status(done)) == (None, "QUEUED", "COMPLETED")
    assert ask(api, "/jobs/cancel", {"filter": {"type": "probe"}})["results"][0]["job_id"] == other.job_id


def test_pages_of_a_filter_meet_each_job_once(api: Gateway) -> None:
    jobs = [make(at(second)).job_id for second in range(5)]
    seen: list[str] = []
    body: dict[str, Any] = {"filter": {"status": "queued"}, "limit": 2}
    while True:
        found = ask(api, "/jobs/cancel", body)
        seen += [one["job_id"] for one in found["results"]]
        if found["next_token"] is None:
            break
        body["next_token"] = found["next_token"]
    assert seen == jobs[::-1]
    assert {status(Job.model_construct(job_id=job_id)) for job_id in jobs} == {"CANCELLED"}
    body["filter"] = {"status": "RUNNING"}
    refused(api.call("POST", "/jobs/cancel", body), 400)


def test_what_failed_is_queued_again(api: Gateway) -> None:
    first, second, done = failed(), failed(), completed()
    found = ask(api, "/jobs/retry", {"filter": {"status": "failed"}})
    assert {one["job_id"] for one in found["results"]} == {first.job_id, second.job_id}
    assert (status(first), status(second), status(done)) == ("QUEUED", "QUEUED", "COMPLETED")
    again = ask(api, "/jobs/retry", {"ids": [first.job_id, done.job_id]})["results"]
    assert [one["success"] for one in again] == [False, False]


def test_a_step_that_a_type_does_not_have_is_told_of_each(api: Gateway) -> None:
    job = failed()
    (result,) = ask(api, "/jobs/retry", {"ids": [job.job_id], "from_step": "paint"})["results"]
    assert (result["success"], result["status"]) == (False, "FAILED")
    assert "no step paint" in result["message"]
    assert ask(api, "/jobs/retry", {"ids": [job.job_id], "from_step": "probe"})["results"][0]["success"]


def test_asked_again_it_does_no_harm(api: Gateway) -> None:
    job = make()
    body = {"ids": [job.job_id]}
    ask(api, "/jobs/cancel", body)
    assert ask(api, "/jobs/cancel", body)["results"][0]["status"] == "CANCELLED"


def test_one_that_keeps_changing_keeps_none_of_the_others(api: Gateway, monkeypatch: pytest.MonkeyPatch) -> None:
    stubborn, other = make(), make()
    cancel_pending = transitions.cancel_pending

    def lost(job: Job, *arguments: Any) -> bool:
        return job.job_id != stubborn.job_id and cancel_pending(job, *arguments)

    monkeypatch.setattr(transitions, "cancel_pending", lost)
    results = ask(api, "/jobs/cancel", {"ids": [stubborn.job_id, other.job_id]})["results"]
    assert [one["success"] for one in results] == [False, True]


@pytest.mark.parametrize(
    "body",
    [
        {},
        {"ids": []},
        {"ids": [UNKNOWN] * (JOBS_AT_MOST + 1)},
        {"ids": [5]},
        {"ids": [UNKNOWN], "filter": {"tag": "a"}},
        {"ids": [UNKNOWN], "limit": 5},
        {"filter": {}},
        {"filter": {"tag": "a"}, "limit": JOBS_AT_MOST + 1},
        {"filter": {"colour": "red"}},
        {"filter": {"status": "BUSY"}},
    ],
)
@pytest.mark.parametrize("path", ["/jobs/cancel", "/jobs/retry"])
def test_what_names_no_jobs_is_422(api: Gateway, path: str, body: Any) -> None:
    refused(api.call("POST", path, body), 422)


def test_a_token_of_no_listing_is_400(api: Gateway) -> None:
    refused(api.call("POST", "/jobs/cancel", {"filter": {"tag": "a"}, "next_token": "x"}), 400)
