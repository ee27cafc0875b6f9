"""Following a job by long-polling."""

from collections.abc import Callable
from typing import Any

import httpx
import pytest

from nightshift_cli.following import watch

Answer = tuple[int, dict[str, Any]]


def job(status: str, version: int) -> dict[str, Any]:
    return {"job_id": "1", "status": status, "version": version}


@pytest.fixture
def api() -> Callable[[list[Answer]], tuple[httpx.Client, list[httpx.Request]]]:
    def make(answers: list[Answer]) -> tuple[httpx.Client, list[httpx.Request]]:
        requests: list[httpx.Request] = []

        def answer(request: httpx.Request) -> httpx.Response:
            requests.append(request)
            status, body = answers[len(requests) - 1]
            return httpx.Response(status, json=body)

        return httpx.Client(base_url="http://api/v1", transport=httpx.MockTransport(answer)), requests

    return make


def test_each_version_is_seen_until_the_job_is_terminal(api) -> None:
    client, requests = api([(200, job("RUNNING", 2)), (200, job("COMPLETED", 5))])

    seen = [state["status"] for state in watch(client, job("QUEUED", 1))]

    assert seen == ["QUEUED", "RUNNING", "COMPLETED"]
    assert [request.url.params["since_version"] for request in requests] == ["1", "2"]
    assert requests[0].url.path == "/v1/jobs/1/wait"


def test_nothing_new_means_asking_again(api) -> None:
    client, requests = api([(304, {}), (200, job("FAILED", 2))])

    assert [state["status"] for state in watch(client, job("RUNNING", 1))] == ["RUNNING", "FAILED"]
    assert len(requests) == 2


@pytest.mark.parametrize("status", [429, 500, 502, 503, 504])
def test_without_a_free_waiter_the_job_itself_is_asked_for(api, status: int) -> None:
    client, requests = api(
        [(status, {}), (200, job("RUNNING", 1)), (status, {}), (200, job("RUNNING", 2)), (200, job("FAILED", 3))]
    )

    seen = [state["version"] for state in watch(client, job("RUNNING", 1), poll_seconds=0)]

    assert seen == [1, 2, 3]
    assert [request.url.path.removeprefix("/v1/jobs/1") for request in requests] == ["/wait", "", "/wait", "", "/wait"]


def test_a_refusal_is_raised(api) -> None:
    client, _ = api([(404, {})])
    with pytest.raises(httpx.HTTPStatusError):
        list(watch(client, job("RUNNING", 1)))


def test_a_server_that_fails_both_ways_is_raised(api) -> None:
    client, _ = api([(502, {}), (500, {})])
    with pytest.raises(httpx.HTTPStatusError):
        list(watch(client, job("RUNNING", 1), poll_seconds=0))


def test_a_terminal_job_is_not_asked_about(api) -> None:
    client, requests = api([])
    assert len(list(watch(client, job("COMPLETED", 3)))) == 1
    assert requests == []
