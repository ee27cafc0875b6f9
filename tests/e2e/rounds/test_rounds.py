"""Rounds of twenty jobs while something breaks: none is lost, none done twice, none told of otherwise than it was."""

import json
from collections.abc import Callable
from contextlib import suppress

import psutil
import pytest

from bench.proxy import Call, between
from tests.e2e.client import eventually, show
from tests.e2e.rounds.breaking import Outage, functions_with_table, reconciler_away, standing_between, told_twice
from tests.e2e.rounds.ledger import JOBS, Round
from tests.e2e.rounds.processes import Killer, programs_of
from tests.stack.deployed import Deployed

pytestmark = pytest.mark.timeout(900)

type Judged = Callable[[Round], None]

OUTAGE_SECONDS = 5
START_SECONDS = 240
"""How long a slow machine may take to start twenty workers at once."""


def test_the_api_killed_between_accept_and_answer(stack: Deployed, judged: Judged) -> None:
    """Once for each job; its client sends it again with the same key."""
    seen: set[str] = set()

    def makes_a_new_job(call: Call) -> bool:
        asked = json.loads(call.body)
        puts = [asked, *(write.get("Put", {}) for write in asked.get("TransactItems", []))]
        items = [put["Item"] for put in puts if "Item" in put]
        jobs = {item["pk"]["S"] for item in items if item["sk"]["S"] == "JOB"}
        is_new = bool(jobs - seen)
        seen.update(jobs)
        return is_new

    killer = Killer(stack, makes_a_new_job, after=lambda _: True)
    with between(stack.stack, ["ApiFunction"], killer):
        round_ = Round(stack, "the API killed between accept and answer")
        round_.send(cli=False)
    assert killer.kills == JOBS
    round_.wait()
    judged(round_)


@pytest.mark.parametrize(
    ("function", "service", "operation", "times"),
    [
        # Twice only: what it was killed with comes again, and all that came meanwhile with it.
        ("ListenerFunction", "EVENTBRIDGE", "PutEvents", 2),
        # What a dispatcher held that was killed comes again in three minutes; twenty messages are two batches at least.
        ("DispatcherFunction", "DYNAMODB", "TransactWriteItems", 2),
        ("FinisherFunction", "DYNAMODB", "TransactWriteItems", 6),
    ],
    ids=["listener", "dispatcher", "finisher"],
)
def test_a_function_killed_mid_batch(
    stack: Deployed, judged: Judged, function: str, service: str, operation: str, times: int
) -> None:
    """By turns before AWS has heard of the write or the event, and before the function hears that it was done."""
    killer = Killer(
        stack,
        lambda call: call.operation == operation and killer.kills < times,
        after=lambda number: number % 2 == 0,
    )
    with standing_between(stack, [function], killer, service):
        round_ = Round(stack, f"the {function.removesuffix('Function').lower()} killed mid-batch, {times} times")
        with reconciler_away(stack):
            round_.send(cli=False)
            eventually(lambda: killer.kills == times, f"it was killed {times} times")
        round_.wait()
    judged(round_)


def test_the_table_refusing_every_call(stack: Deployed, judged: Judged) -> None:
    outage = Outage()
    with between(stack.stack, functions_with_table(stack), outage):
        round_ = Round(stack, f"the table refusing every call for {OUTAGE_SECONDS} s")
        round_.send(JOBS // 2, seconds=1)
        outage.begin(OUTAGE_SECONDS)
        round_.send(JOBS // 2, cli=False)
        round_.wait()
    assert outage.refused > 0
    judged(round_)


def test_two_consumers_of_every_event(stack: Deployed, judged: Judged) -> None:
    with told_twice(stack):
        round_ = Round(stack, "two consumers of every event")
        round_.send(cli=False)
        round_.wait()
    judged(round_)


def test_programs_that_ignore_sigterm_and_have_children_cancelled(stack: Deployed, judged: Judged) -> None:
    round_ = Round(stack, "programs that ignore SIGTERM and have children, cancelled", expected="CANCELLED")
    round_.send(seconds=600, ignore_sigterm=True, children=2, log=[round_.mark])
    eventually(lambda: len(programs_of(stack, round_.mark)) == JOBS, "every program runs", START_SECONDS)
    families: list[psutil.Process] = []

    def have_children() -> bool:
        programs = programs_of(stack, round_.mark)
        families[:] = [child for program in programs for child in program.children(recursive=True)]
        return len(families) == 2 * JOBS

    eventually(have_children, "every program has its children")
    for job in round_.sent:
        assert stack.api.post(f"/jobs/{job['job_id']}/cancel").status_code == 202
    round_.wait()
    assert not programs_of(stack, round_.mark)
    assert not [child for child in families if child.is_running() and child.status() != psutil.STATUS_ZOMBIE]
    judged(round_)


def test_workers_killed_with_sigkill(stack: Deployed, judged: Judged) -> None:
    """By turns the program alone, and the environment that it runs in."""
    round_ = Round(stack, "workers killed by SIGKILL, each once")
    round_.send(seconds=3, log=[round_.mark], artifact_bytes=100)
    killed = 0

    def kill_the_first_attempts() -> bool:
        nonlocal killed
        for program in programs_of(stack, round_.mark):
            with suppress(psutil.NoSuchProcess):
                victim = program if killed % 2 else program.parent() or program
                victim.kill()
                killed += 1
        return killed >= JOBS

    eventually(kill_the_first_attempts, "every worker was killed", START_SECONDS)
    round_.wait()
    judged(round_)
    for job in round_.sent:
        assert len(show(stack, job)["artifacts"]) == 1
