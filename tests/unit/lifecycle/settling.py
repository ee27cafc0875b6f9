"""What holds after every step, and what has to come of every example."""

from datetime import timedelta
from functools import partial

from hypothesis.stateful import RuleBasedStateMachine, invariant

from nightshift.control import configure, start_scheduler
from nightshift.models.requests import SchedulerConfigPatch
from nightshift.reconcile import reconcile
from tests.unit.control.jobs import SUCCEEDED
from tests.unit.lifecycle.world import World

ROUNDS_AT_MOST = 40


class Settling(RuleBasedStateMachine):
    """A world whose promises are checked throughout, and which has to come to rest when the steps are over."""

    def __init__(self) -> None:
        super().__init__()
        self.world = World()

    @invariant()
    def promises_hold(self) -> None:
        self.world.model.check(self.world.table.items)

    def teardown(self) -> None:
        try:
            if self.world.sound:
                self._recover_without_events()
                self._hear_old_news()
        finally:
            self.world.close()

    def _recover_without_events(self) -> None:
        """No event arrives any more: the reconciler alone brings every job to the end its history implies."""
        world = self.world
        world.fault = world.meanwhile = None
        world.table.lag = timedelta()
        wanted = SchedulerConfigPatch(max_concurrency=2, type_limits={})
        world.act(lambda: configure(wanted), ("configure", ""))
        world.act(start_scheduler, ("configure", ""))
        for _ in range(ROUNDS_AT_MOST):
            if not world.model.with_status("QUEUED", "RUNNING", "SCHEDULED"):
                break
            asked = {
                job["current_run_id"] for job in world.model.with_status("RUNNING") if "cancel_requested_at" in job
            }
            for name in set(self.live_executions()) - asked:
                world.services.end(name, SUCCEEDED)
            world.advance(61)
            world.act(lambda: reconcile(world.now))
            self.promises_hold()
        assert not world.model.with_status("QUEUED", "RUNNING", "SCHEDULED"), "a job was forgotten"
        assert not self.live_executions(), "an execution runs on without a job"

    def _hear_old_news(self) -> None:
        """Then every event that was held back arrives after all, and changes nothing."""
        world = self.world
        for delivery in list(world.pending):
            world.act(partial(world.handle, delivery))
            self.promises_hold()
        assert not world.model.with_status("QUEUED", "RUNNING", "SCHEDULED")
        assert not self.live_executions()

    def live_executions(self) -> list[str]:
        return [name for name, execution in self.world.services.executions.items() if not execution.has_ended]
