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


@pytest.mark.parametrize("from_step", [False, True])
def test_a_step_done_elsewhere_expires_with_a_job_cancelled_retried_and_cancelled_before_it_ran(
    from_step: bool,
) -> None:
    state = Lifecycle()
    state.create(("ad", 0, None, 1))
    state.finish_step(job=0, status="done", step=0)
    state.world.pending.clear()
    state.cancel(job=0)
    state.retry(from_step=from_step, job=0)
    state.cancel(job=0)
    state.promises_hold()
    assert state.world.model.with_status("CANCELLED")
    state.teardown()
