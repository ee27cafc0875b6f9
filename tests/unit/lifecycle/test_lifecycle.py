"""Whatever happens to jobs, in whatever order, the queue keeps its promises."""

import os

import pytest
from hypothesis import seed, settings
from hypothesis.stateful import run_state_machine_as_test

from tests.unit.lifecycle.machine import Lifecycle

PARTS = 4
"""One search in so many parts, so that several processes can share it."""


# The ci profile takes minutes.
@pytest.mark.timeout(1200)
@pytest.mark.usefixtures("table")
@pytest.mark.parametrize("part", range(1, PARTS + 1))
def test_the_lifecycle_keeps_its_promises(part: int) -> None:
    examples = settings().max_examples // PARTS
    run_state_machine_as_test(_machine(part), settings=settings(max_examples=examples))


def _machine(part: int) -> type[Lifecycle]:
    """The machine; if ``SEED`` is set, with a random number of the part's own, so that no two parts search alike."""
    if "SEED" not in os.environ:
        return Lifecycle
    seeded: type[Lifecycle] = seed(int(os.environ["SEED"]) * PARTS + part)(type("Lifecycle", (Lifecycle,), {}))
    return seeded
