"""Whatever befalls any write of a worker, one of its job's runs counts, and only one."""

from collections import Counter
from collections.abc import Callable
from contextlib import closing, suppress

import pytest
from botocore.exceptions import BotoCoreError, ClientError

from nightshift.worker.record import StepEnd, StepRecord
from nightshift.worker.task import Task
from tests.unit.control.jobs import CRASHED, SUCCEEDED, ask
from tests.unit.faults.befalling import BEFALLS, Befalls, act, calls_of, told
from tests.unit.lifecycle.settling import hear_old_news, recover_without_events
from tests.unit.lifecycle.world import World

pytestmark = [pytest.mark.usefixtures("table"), pytest.mark.timeout(600)]


def _working(world: World) -> Callable[[], bool]:
    """A running job's worker, which reports once on the way; True if it got to its end."""
    world.act(lambda: ask("job", world.now, max_attempts=3))
    world.act(world.dispatch)
    ((given),) = world.services.inputs.values()
    record = StepRecord(Task.from_event(given | {"command": "probe", "step": "probe", "iteration": 0}))

    def work() -> bool:
        record.start()
        # As the reporter does: a report that fails is made again at the next beat.
        with suppress(BotoCoreError, ClientError):
            record.report(50, "half of it")
        record.finish(StepEnd({}, [], 100, "", exit_code=0))
        return True

    return work


@pytest.mark.parametrize("befalls", BEFALLS)
def test_a_worker_that_fails_is_tried_again(befalls: Befalls) -> None:
    for call in range(1, calls_of(_working) + 1):
        with told(f"{befalls} at call {call}"), closing(World()) as world:
            work = _working(world)
            (execution,) = world.services.live()
            world.services.end(execution, SUCCEEDED if act(world, work, befalls, call) else CRASHED)
            recover_without_events(world)
            hear_old_news(world)
            (job,) = world.model.jobs.values()
            ends = Counter(run["status"] for run in world.model.runs.values())
            assert (job["status"], ends["COMPLETED"]) == ("COMPLETED", 1)
            assert ends.total() <= 2
