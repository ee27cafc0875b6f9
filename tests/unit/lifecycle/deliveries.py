"""What the event functions may be called for: events late, twice, out of order or never, and the reconciler's turn."""

from collections.abc import Callable
from typing import Any

from hypothesis import strategies as st
from hypothesis.stateful import precondition, rule

from tests.unit.lifecycle.settling import Settling
from tests.unit.lifecycle.strategies import pick, which


class Deliveries(Settling):
    @rule()
    def dispatch(self) -> None:
        self._fill(self.world.dispatch)

    @rule()
    def reconcile(self) -> None:
        world, lags = self.world, self.world.table.lag
        self._fill(world.reconcile)
        if world.undisturbed and not lags:
            assert not world.model.schedules.overdue(world.now), "a schedule's time was missed for good"

    @precondition(lambda self: self.world.pending)
    @rule(event=which)
    def deliver(self, event: int) -> None:
        """Any of the events, so they come in any order. One whose function failed comes again."""
        world = self.world
        delivery = pick(world.pending, event)
        answer = world.act(lambda: world.handle(delivery))
        if not world.faults.struck:
            assert not (answer and answer["batchItemFailures"]), "it failed by itself"
            world.pending.remove(delivery)

    @precondition(lambda self: self.world.pending)
    @rule(backwards=st.booleans())
    def deliver_all(self, backwards: bool) -> None:
        for _ in range(len(self.world.pending)):
            self.deliver(-1 if backwards else 0)

    @precondition(lambda self: self.world.pending)
    @rule(event=which)
    def deliver_but_not_for_the_last_time(self, event: int) -> None:
        world = self.world
        delivery = pick(world.pending, event)
        world.act(lambda: world.handle(delivery))

    @precondition(lambda self: self.world.pending)
    @rule(event=which)
    def drop(self, event: int) -> None:
        self.world.pending.remove(pick(self.world.pending, event))

    def _fill(self, function: Callable[[], Any]) -> None:
        """Afterwards no job may wait beside a free slot, if nothing was in the way."""
        world = self.world
        disturbed = bool(world.table.lag) or world.services.refusing
        if world.act(function) is not None and not disturbed and world.undisturbed:
            assert not world.model.claimable(world.now), "a job waits beside a free slot"
