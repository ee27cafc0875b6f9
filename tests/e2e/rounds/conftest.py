"""The table of the rounds, at the end of the tests' output."""

from collections.abc import Callable, Iterator

import pytest

from tests.e2e.client import counted_slots, eventually
from tests.e2e.rounds.ledger import Round, Verdict
from tests.stack.deployed import Deployed

AT_ONCE = 20
_verdicts: list[Verdict] = []


@pytest.fixture(scope="module", autouse=True)
def room(stack: Deployed) -> Iterator[None]:
    """Slots for all jobs of a round at once."""
    stack.api.patch("/scheduler/config", json={"max_concurrency": AT_ONCE}).raise_for_status()
    yield
    stack.api.patch("/scheduler/config", json={"max_concurrency": 4}).raise_for_status()


@pytest.fixture
def judged(stack: Deployed) -> Callable[[Round], None]:
    """Judges a round that is over; nothing may be lost, doubled or wrongly reported, and no slot leaked."""

    def judge(round_: Round) -> None:
        eventually(lambda: not any(counted_slots(stack).values()), "every slot is free")
        verdict = round_.judge()
        _verdicts.append(verdict)
        assert verdict.is_good, verdict

    return judge


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    if not _verdicts:
        return
    terminalreporter.section("fault rounds")
    terminalreporter.write_line(f"{'round':<58} {'jobs':>4} {'lost':>4} {'doubled':>7} {'misreported':>11} {'s':>5}")
    for one in _verdicts:
        figures = f"{one.jobs:>4} {one.lost:>4} {one.doubled:>7} {one.misreported:>11} {one.seconds:>5.0f}"
        terminalreporter.write_line(f"{one.name:<58} {figures}")
