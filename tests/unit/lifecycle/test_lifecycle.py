"""Whatever happens to jobs, in whatever order, the queue keeps its promises."""

import pytest
from hypothesis.stateful import run_state_machine_as_test

from tests.unit.lifecycle.machine import Lifecycle


# The ci profile takes minutes.
@pytest.mark.timeout(1200)
@pytest.mark.usefixtures("table")
def test_the_lifecycle_keeps_its_promises() -> None:
    run_state_machine_as_test(Lifecycle)
