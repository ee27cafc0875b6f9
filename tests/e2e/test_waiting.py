"""More clients wait for a job than the waiter has room for."""

import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor

import httpx
import pytest

from tests.e2e.client import submit
from tests.stack.deployed import Deployed

ROOM = 2
CLIENTS = 6
WAIT_SECONDS = 12


@pytest.fixture
def little_room(stack: Deployed) -> Iterator[None]:
    """The deployed reservation is a matter of the template; a smaller one spares this machine many processes."""
    waiter = stack.function_name("WaiterFunction")
    deployed = stack.functions.get_function_concurrency(FunctionName=waiter)["ReservedConcurrentExecutions"]
    assert deployed == 20
    stack.functions.put_function_concurrency(FunctionName=waiter, ReservedConcurrentExecutions=ROOM)
    yield
    stack.functions.put_function_concurrency(FunctionName=waiter, ReservedConcurrentExecutions=deployed)


@pytest.mark.usefixtures("little_room")
def test_the_surplus_is_told_at_once_to_come_back(stack: Deployed) -> None:
    later = time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime(time.time() + 3600))
    job = submit(stack, type="probe", params={"seconds": 0}, run_at=later)
    query = {"since_version": job["version"], "timeout": WAIT_SECONDS}

    def wait(_: int) -> httpx.Response:
        return stack.api.get(f"/jobs/{job['job_id']}/wait", params=query)

    with ThreadPoolExecutor(CLIENTS) as clients:
        waiting = [clients.submit(wait, number) for number in range(CLIENTS)]
        # Meanwhile another route answers as ever.
        assert stack.api.get(f"/jobs/{job['job_id']}").json()["status"] == "SCHEDULED"
        assert not all(request.done() for request in waiting)
        answers = [request.result() for request in waiting]
    stack.api.delete(f"/jobs/{job['job_id']}")

    served = [answer for answer in answers if answer.status_code == httpx.codes.NOT_MODIFIED]
    refused = [answer for answer in answers if answer.status_code == httpx.codes.TOO_MANY_REQUESTS]
    # On a slow machine a late client finds the room of one that has waited long enough.
    assert len(served) >= ROOM, [answer.text for answer in answers]
    assert refused
    assert len(served) + len(refused) == CLIENTS, [answer.text for answer in answers]
    for answer in refused:
        assert answer.elapsed.total_seconds() < WAIT_SECONDS
        assert int(answer.headers["Retry-After"]) > 0
        assert answer.headers["Content-Type"] == "application/problem+json"
        assert answer.json()["status"] == 429
        assert answer.json()["instance"].endswith("/wait")
