"""Following a job by long-polling."""

from collections.abc import Callable
from typing import Any

import httpx
import pytest

from scripts.watch import watch

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
            headers = {"Retry-After": "0"} if status == httpx.codes.TOO_MANY_REQUESTS else {}
            return httpx.Response(status, json=body, headers=headers)

        return httpx.Client(base_url="http://api/v1", transport=httpx.MockTransport(answer)), requests

    return make


def test_each_version_is_seen_until_the_job_is_terminal(api) -> None:
    client, requests = api([(200, job("RUNNING", 2)), (200, job("COMPLETED", 5))])

    seen = [state["status"] for state in watch(client, job("QUEUED", 1))]

    assert seen == ["QUEUED", "RUNNING", "COMPLETED"]
    assert [request.url.params["since_version"] for request in requests] == ["1", "2"]
    assert requests[0].url.path == "/v1/jobs/1/wait"


@pytest.mark.parametrize("status", [httpx.codes.NOT_MODIFIED, httpx.codes.TOO_MANY_REQUESTS])
def test_nothing_new_or_no_free_waiter_means_asking_again(api, status: int) -> None:
    client, requests = api([(status, {}), (200, job("FAILED", 2))])

    assert [state["status"] for state in watch(client, job("RUNNING", 1))] == ["RUNNING", "FAILED"]
    assert len(requests) == 2


def test_a_refusal_is_raised(api) -> None:
    client, _ = api([(404, {})])
    with pytest.raises(httpx.HTTPStatusError):
        list(watch(client, job("RUNNING", 1)))


def test_a_terminal_job_is_not_asked_about(api) -> None:
    client, requests = api([])
    assert len(list(watch(client, job("COMPLETED", 3)))) == 1
    assert requests == []
