"""What may come in as a body or a query, and how much may go out."""

import base64
import json
from typing import Any

import pytest
from pydantic import BaseModel

from nightshift_http import bodies
from nightshift_http.bodies import that_fit, write
from tests.unit.control.gateway import Gateway, refused
from tests.unit.control.jobs import at, make, record_step, running

pytestmark = [pytest.mark.unit, pytest.mark.usefixtures("aws")]

LAMBDA_SENDS_AT_MOST = 6 * 1024 * 1024


def probe(params: str) -> str:
    return f'{{"type": "probe", "params": {params}}}'


@pytest.mark.parametrize(
    "raw",
    [
        "{nope",
        "[" * 100_000,
        '{"jobs": ' + '[{"a": ' * 30_000,
        probe('{"seconds": ' + "9" * 5000 + "}"),
        probe('{"seconds": NaN}'),
        probe('{"progress_every": Infinity}'),
        probe('{"log": ["\\ud800"]}'),
    ],
)
@pytest.mark.parametrize("path", ["/jobs", "/jobs/batch/trigger"])
def test_what_is_not_json_or_cannot_be_held_is_400(api: Gateway, path: str, raw: str) -> None:
    refused(api.call("POST", path, raw=raw), 400)


def test_a_list_is_no_body(api: Gateway) -> None:
    ended = make()
    assert api.call("POST", f"/jobs/{ended.job_id}/cancel").status == 202
    refused(api.call("POST", f"/jobs/{ended.job_id}/retry", raw="[null, null]"), 422)
    refused(api.call("POST", "/jobs", raw=f"[{probe('{}')}]"), 422)
    assert [job["status"] for job in api.call("GET", "/jobs").json()["jobs"]] == ["CANCELLED"]


@pytest.mark.parametrize("depth", [500, 5_000])
def test_a_deep_body_is_refused_like_a_flat_one(api: Gateway, depth: int) -> None:
    deep = "[" * depth + "]" * depth
    for body in (deep, probe(deep), f'{{"type": {deep}}}'):
        refused(api.call("POST", "/jobs", raw=body), 422)


@pytest.mark.parametrize(
    ("body", "place"),
    [
        ({"priority": "5"}, "priority"),
        ({"priority": True}, "priority"),
        ({"max_attempts": 2.5}, "max_attempts"),
        ({"run_at": 5}, "run_at"),
        ({"run_at": "1769851800"}, "run_at"),
        ({"run_at": "2026-01-31"}, "run_at"),
        ({"run_at": "0001-01-01T00:00:00+10:00"}, "run_at"),
        ({"run_at": "9999-12-31T23:59:59-10:00"}, "run_at"),
        ({"params": {"cli": "false"}}, "cli"),
        ({"params": {"progress_every": 1e300}}, "progress_every"),
    ],
)
def test_values_are_refused_not_converted(api: Gateway, body: dict[str, Any], place: str) -> None:
    problem = refused(api.call("POST", "/jobs", {"type": "probe"} | body), 422)
    assert problem["errors"][0]["loc"][-1] == place


def test_a_number_too_large_for_a_float_is_422(api: Gateway) -> None:
    refused(api.call("POST", "/jobs", raw=probe('{"progress_every": 1e400}')), 422)


def test_an_integer_may_be_written_as_a_fraction(api: Gateway) -> None:
    job = api.call("POST", "/jobs", raw='{"type": "probe", "priority": 5.0, "params": {"seconds": 1.0}}').json()
    assert (job["priority"], job["params"]["seconds"]) == (5, 1.0)
    refused(api.call("POST", "/jobs", raw='{"type": "story", "params": {"seed": 1e300}}'), 422)


def test_bytes_that_are_no_text_are_400(api: Gateway) -> None:
    raw = base64.b64encode(b'{"type": "\xff"}').decode()
    assert "UTF-8" in refused(api.call("POST", "/jobs", raw=raw, base64_encoded=True), 400)["detail"]
    text = base64.b64encode(b'{"type": "probe"}').decode()
    assert api.call("POST", "/jobs", raw=text, base64_encoded=True).status == 201


def test_the_smallest_float_and_the_first_year_are_held(api: Gateway) -> None:
    body = {"type": "probe", "params": {"seconds": 1e-310}, "run_at": "0001-01-01T00:00:00Z"}
    answer = api.call("POST", "/jobs", body)
    assert (answer.status, answer.json()["run_at"]) == (201, "0001-01-01T00:00:00.000Z")


@pytest.mark.parametrize(
    "query",
    [
        "tags=x",
        "stauts=QUEUED",
        "type=poem",
        "created_after=5",
        "created_after=0001-01-01T00:00:00%2B10:00",
        "created_before=9999-12-31T23:59:59-10:00",
    ],
)
def test_a_query_that_would_not_filter_is_422(api: Gateway, query: str) -> None:
    problem = refused(api.call("GET", f"/jobs?{query}"), 422)
    assert problem["errors"][0]["loc"] == ["query", query.split("=")[0]]


@pytest.mark.parametrize("day", ["0", "20260131", "2026-02-30", "2026-01-31T00:00:00Z"])
def test_a_day_is_written_as_one(api: Gateway, day: str) -> None:
    assert api.call("GET", "/usage?to=2026-01-31").status == 200
    refused(api.call("GET", f"/usage?to={day}"), 422)


def test_a_wrong_method_is_405_whatever_it_is_asked_with(api: Gateway) -> None:
    answer = api.call("PUT", f"/jobs/{make().job_id}/cancel?view=current&x=1")
    refused(answer, 405)
    assert answer.headers["allow"] == "POST"


def test_every_route_refuses_parameters_it_does_not_know(api: Gateway, waiter: Gateway) -> None:
    job = make()
    for path in ("/health", "/docs", "/scheduler/status", f"/jobs/{job.job_id}", f"/jobs/{job.job_id}/logs"):
        assert api.call("GET", path).status == 200
        refused(api.call("GET", f"{path}?x=1"), 422)
    refused(waiter.call("GET", f"/jobs/{job.job_id}/wait?since=1"), 422)


def test_the_waiter_says_what_it_answers(waiter: Gateway) -> None:
    answer = waiter.call("POST", f"/jobs/{make().job_id}/wait")
    refused(answer, 405)
    assert answer.headers["allow"] == "GET"


class Text(BaseModel):
    text: str


@pytest.mark.parametrize("text", ["밤" * 30_000, '"' * 45_000, "plain" * 10_000])
def test_an_answer_holds_what_lambda_can_send(text: str) -> None:
    fitting = that_fit([Text(text=text)] * 200)
    body = write([resource.model_dump() for resource in fitting])
    sent = len(json.dumps({"statusCode": 200, "body": body}, ensure_ascii=False).encode())
    assert LAMBDA_SENDS_AT_MOST / 2 < sent < LAMBDA_SENDS_AT_MOST


def test_an_answer_holds_at_least_one() -> None:
    assert len(that_fit([Text(text="x" * LAMBDA_SENDS_AT_MOST)] * 2)) == 1


def test_pages_cut_by_size_still_hold_each_job_once(api: Gateway, monkeypatch: pytest.MonkeyPatch) -> None:
    jobs = [make(at(second)).job_id for second in range(5)]
    size = len(write(write(api.call("GET", f"/jobs/{jobs[0]}").json())))
    monkeypatch.setattr(bodies, "ANSWER_BYTES_AT_MOST", 2 * size + size // 2)
    pages = [api.call("GET", "/jobs?limit=4").json()]
    while token := pages[-1]["next_token"]:
        pages.append(api.call("GET", f"/jobs?limit=4&next_token={token}").json())
    assert [len(page["jobs"]) for page in pages] == [2, 2, 1]
    assert [job["job_id"] for page in pages for job in page["jobs"]] == jobs[::-1]


def test_pages_of_schedules_are_cut_by_size_too(api: Gateway, monkeypatch: pytest.MonkeyPatch) -> None:
    body = {"name": "n", "rate": "1 hour", "job": {"type": "probe"}}
    made = [api.call("POST", "/schedules", body).json() for _ in range(3)]
    monkeypatch.setattr(bodies, "ANSWER_BYTES_AT_MOST", len(write(write(made[0]))) * 3 // 2)
    pages = [api.call("GET", "/schedules?limit=2").json()]
    while token := pages[-1]["next_token"]:
        pages.append(api.call("GET", f"/schedules?limit=2&next_token={token}").json())
    listed = [schedule["schedule_id"] for page in pages for schedule in page["schedules"]]
    assert sorted(listed) == sorted(schedule["schedule_id"] for schedule in made)
    assert len(pages) == 3


def test_a_batch_shows_as_many_jobs_as_fit(api: Gateway, monkeypatch: pytest.MonkeyPatch) -> None:
    made = api.call("POST", "/jobs/batch/trigger", {"jobs": [{"type": "probe"}] * 3}).json()
    monkeypatch.setattr(bodies, "ANSWER_BYTES_AT_MOST", 100)
    shown = api.call("GET", f"/jobs/batch/{made['batch_id']}").json()
    assert (len(shown["jobs"]), shown["counts"]["waiting"]) == (1, 3)


def test_runs_and_steps_that_do_not_fit_are_left_out(api: Gateway, monkeypatch: pytest.MonkeyPatch) -> None:
    job, run = running(type="story", params={})
    for iteration in range(5):
        record_step(run, status="done", iteration=iteration, output={"x": "y" * 1000})
    monkeypatch.setattr(bodies, "ANSWER_BYTES_AT_MOST", 3000)
    listed = api.call("GET", f"/jobs/{job.job_id}/runs").json()
    assert (listed["total"], len(listed["runs"])) == (1, 1)
    assert [step["iteration"] for step in listed["runs"][0]["steps"]] == [0, 1]


@pytest.mark.parametrize("text", ["a\0b", "\0"])
@pytest.mark.parametrize(
    ("method", "path", "body", "place"),
    [
        ("POST", "/jobs", {"type": "story", "params": {"topic": None}}, "topic"),
        ("POST", "/jobs", {"type": "probe", "params": {"log": [None]}}, "log"),
        ("POST", "/jobs/batch/trigger", {"jobs": [{"type": "story", "params": {"topic": None}}]}, "topic"),
        ("POST", "/articles", {"language": "en", "level": "B1", "length": 200, "topic": None}, "topic"),
        ("POST", "/jobs/research/trigger", {"topic": None}, "topic"),
        (
            "POST",
            "/schedules",
            {"name": "n", "rate": "1 hour", "job": {"type": "ad", "params": {"text": None, "prompt": "p"}}},
            "text",
        ),
    ],
)
def test_a_text_that_no_program_could_be_given_is_refused(
    api: Gateway, method: str, path: str, body: dict[str, Any], place: str, text: str
) -> None:
    problem = refused(api.call(method, path, json.loads(json.dumps(body).replace("null", json.dumps(text)))), 422)
    assert place in problem["errors"][0]["loc"]


def test_nor_can_a_job_be_changed_to_hold_such_a_text(api: Gateway) -> None:
    path = f"/jobs/{make(run_at=at(60)).job_id}"
    assert refused(api.call("PATCH", path, {"tags": ["a", "b\0"]}), 422)["errors"][0]["loc"] == ["body", "tags"]


@pytest.mark.parametrize(
    ("job_type", "params"),
    [
        ("story", {"topic": " \n"}),
        ("research", {"topic": " a "}),
        ("article", {"language": "en", "level": "B1", "length": 200, "topic": "  "}),
        ("ad", {"text": "\t", "prompt": "p"}),
        ("ad", {"text": "t", "prompt": " "}),
    ],
)
def test_a_text_that_its_program_would_find_empty_is_refused(
    api: Gateway, job_type: str, params: dict[str, Any]
) -> None:
    problem = refused(api.call("POST", "/jobs", {"type": job_type, "params": params}), 422)
    assert "idle blanks" in problem["detail"]
