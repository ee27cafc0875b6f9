"""Sequences that once broke a promise, as the search printed them."""

import pytest

from tests.unit.lifecycle.machine import Lifecycle

pytestmark = pytest.mark.usefixtures("table")


@pytest.mark.parametrize("call", [1, 2, 3, 4])
def test_a_cancel_that_comes_while_the_finisher_works_is_not_lost(call: int) -> None:
    state = Lifecycle()
    state.create(("probe", 0, None, 3))
    state.dispatch()
    state.world.pending.clear()
    state.execution(execution=0, how="crashes")
    state.cancel_during_next(call=call, job=0)
    state.deliver(event=0)
    state.promises_hold()
    assert state.world.model.with_status("CANCELLED")
    state.teardown()
