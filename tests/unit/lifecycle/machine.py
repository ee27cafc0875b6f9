"""The life of jobs as a state machine for Hypothesis: clients, functions, workers, and on top time and bad luck."""

from datetime import timedelta

from hypothesis import strategies as st
from hypothesis.stateful import precondition, rule

from nightshift.cancel import cancel
from nightshift.errors import StateConflictError
from tests.unit.lifecycle.clients import Clients
from tests.unit.lifecycle.deliveries import Deliveries
from tests.unit.lifecycle.direct import Direct
from tests.unit.lifecycle.faults import Fault, Kind
from tests.unit.lifecycle.helpers import Helpers
from tests.unit.lifecycle.recurring import Recurring
from tests.unit.lifecycle.strategies import LAG_AT_MOST, call, kinds, pick, which
from tests.unit.lifecycle.workers import Workers


class Lifecycle(Clients, Deliveries, Direct, Helpers, Recurring, Workers):
    """One example: a fresh table, a sequence of the rules, and at the end whatever has to come of it."""

    @rule(seconds=st.sampled_from([0.001, 1, 10, 21, 46, 61, 700]))
    def advance(self, seconds: float) -> None:
        self.world.advance(seconds)

    @rule(call=call, kind=kinds)
    def fail_next(self, call: int, kind: Kind) -> None:
        self.world.fault = Fault(call, kind)

    # Those above seldom hit the few calls between a claim and its record; these do.
    @rule(call=call, kind=kinds)
    def fail_a_dispatch(self, call: int, kind: Kind) -> None:
        self.fail_next(call, kind)
        self.dispatch()

    @precondition(lambda self: self.world.pending)
    @rule(call=call, kind=kinds, event=which)
    def fail_an_event(self, call: int, kind: Kind, event: int) -> None:
        self.fail_next(call, kind)
        self.deliver(event)

    @precondition(lambda self: self.world.pending)
    @rule(call=call, event=which)
    def deliver_during_next(self, call: int, event: int) -> None:
        world = self.world
        delivery = pick(world.pending, event)
        world.meanwhile = call, lambda: world.handle(delivery)

    @precondition(lambda self: self.world.model.jobs)
    @rule(call=call, job=which)
    def cancel_during_next(self, call: int, job: int) -> None:
        world = self.world
        wanted = self._job(job)

        def other_client() -> None:
            try:
                cancel(wanted["tenant_id"], wanted["job_id"], world.now)
            except StateConflictError:
                return

        world.meanwhile = call, other_client

    @rule(seconds=st.integers(1, LAG_AT_MOST))
    def indexes_lag(self, seconds: int) -> None:
        self.world.table.lag = timedelta(seconds=seconds)
