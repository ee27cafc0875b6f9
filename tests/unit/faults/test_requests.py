"""Whatever befalls any AWS call of a request, a client that repeats it with its key has made one job, or one batch."""

from collections.abc import Callable
from contextlib import closing
from types import ModuleType
from typing import Any

import pytest

from nightshift.clock import now
from tests.unit.control.gateway import Gateway
from tests.unit.faults.befalling import BEFALLS, Befalls, act, calls_of, come_to_rest, told
from tests.unit.lifecycle.world import World

pytestmark = [pytest.mark.usefixtures("table"), pytest.mark.timeout(600)]

MEMBER = {"type": "probe", "params": {}}
REQUESTS = {
    "/jobs": ("api", MEMBER, 1),
    "/jobs/batch/trigger": ("api", {"jobs": [MEMBER] * 3}, 3),
    "/research/run": ("waiter", {"topic": "wells"}, 1),
}
"""The function that answers, the body, and how many jobs it makes."""

TIMEOUT = 29
"""Seconds that the API's function may take; a lane is kept for longer than that, not for ever."""

KEY = {"Idempotency-Key": "once"}


def _world() -> World:
    # The API has a clock of its own.
    return World(now())


@pytest.mark.parametrize("path", REQUESTS)
@pytest.mark.parametrize("befalls", BEFALLS)
def test_a_request_that_is_repeated_is_done_once(
    function: Callable[[str], ModuleType],
    context: Any,
    monkeypatch: pytest.MonkeyPatch,
    path: str,
    befalls: Befalls,
) -> None:
    name, body, jobs = REQUESTS[path]
    gateway = Gateway(function(name), context)
    if name == "waiter":
        # Nobody runs the job meanwhile.
        monkeypatch.setattr("direct.LONGEST_WAIT_SECONDS", 0)

    def post() -> Any:
        return gateway.call("POST", path, body, KEY)

    for call in range(1, calls_of(lambda _: post, _world) + 1):
        with told(f"{befalls} at call {call}"), closing(_world()) as world:
            answer = act(world, post, befalls, call, delay=TIMEOUT)
            # A process that died answers nothing; the gateway then tells the client that it failed.
            if answer is None or answer.status >= 500:
                answer = world.act(post)
            assert answer.status in (200, 201, 202), answer.body
            assert len(world.model.jobs) == jobs
            come_to_rest(world, ("COMPLETED",) * jobs, runs=jobs)
