"""How a world comes to rest: what holds throughout, and what has to come of every job in the end."""

from datetime import datetime, timedelta
from functools import partial

from hypothesis.stateful import RuleBasedStateMachine, invariant

from nightshift.control import configure, start_scheduler
from nightshift.models.requests import SchedulerConfigPatch
from nightshift.schedules import delete_schedule
from tests.unit.control.jobs import SUCCEEDED
from tests.unit.lifecycle.world import World

ROUNDS_AT_MOST = 40
GOING_ON = ("QUEUED", "RUNNING", "SCHEDULED")


class Settling(RuleBasedStateMachine):
    """A world whose promises are checked throughout, and which has to come to rest when the steps are over."""

    def __init__(self) -> None:
        super().__init__()
        self.world = World()

    @invariant()
    def promises_hold(self) -> None:
        self.world.check()

    def teardown(self) -> None:
        try:
            if self.world.sound:
                recover_without_events(self.world)
                hear_old_news(self.world)
                forget_schedules(self.world)
        finally:
            self.world.close()


def recover_without_events(world: World) -> None:
    """No event arrives any more: the reconciler alone brings every job to the end its history implies."""
    world.fault = world.meanwhile = None
    world.services.refusing = False
    world.table.lag = timedelta()
    wanted = SchedulerConfigPatch(max_concurrency=2, type_limits={}, tenant_limits={})
    world.act(lambda: configure(wanted), ("configure", ""))
    world.act(start_scheduler, ("configure", ""))
    _end_schedules(world)
    for _ in range(ROUNDS_AT_MOST):
        if not world.model.with_status(*GOING_ON) and not world.model.helped:
            break
        asked = {job["current_run_id"] for job in world.model.with_status("RUNNING") if "cancel_requested_at" in job}
        for name in set(world.services.live()) - asked:
            world.services.end(name, SUCCEEDED)
        world.advance(61)
        world.act(world.reconcile)
        world.check()
    assert not world.model.with_status(*GOING_ON), "a job was forgotten"
    assert not world.model.helped, "a step done elsewhere was forgotten"
    assert not world.services.live(), "an execution runs on without a job"


def _end_schedules(world: World) -> None:
    """Their missed times are made good; then their clients delete them, and their jobs stay."""
    if not world.model.schedules.live():
        return
    # One that could not be fired is looked at again after 90 s.
    for _ in range(2):
        world.advance(91)
        world.act(world.reconcile)
        world.check()
    for schedule in world.model.schedules.live():
        late = world.now - datetime.fromisoformat(schedule["next_trigger_at"])
        assert late < timedelta(seconds=90), "nobody makes good what it missed"
        tenant, schedule_id = schedule["tenant_id"], schedule["schedule_id"]
        world.act(partial(delete_schedule, tenant, schedule_id, world.now), ("schedule", schedule_id))
    assert not world.model.schedules.live()


def hear_old_news(world: World) -> None:
    """Then every event that was held back arrives after all, and changes nothing, but none about schedules does."""
    for delivery in [delivery for delivery in world.pending if "schedule_id" not in delivery.event.get("detail", {})]:
        world.act(partial(world.handle, delivery))
        world.check()
    assert not world.model.with_status(*GOING_ON)
    assert not world.services.live()


def forget_schedules(world: World, seconds: float = 1000) -> None:
    """What EventBridge Scheduler was never told of, it is told when it sends a time in vain, in so many seconds."""
    world.pending.clear()
    world.advance(seconds)
    while world.pending:
        world.act(partial(world.handle, world.pending.pop(0)))
        world.check()
    assert not world.services.timetable.schedules, "a schedule was left behind"
    assert not world.model.with_status(*GOING_ON)
