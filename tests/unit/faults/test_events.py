"""Whatever befalls any AWS call of an event function, each job comes to the one end it should come to."""

from contextlib import closing

import pytest

from tests.unit.faults.befalling import BEFALLS, Befalls, act, calls_of, come_to_rest, told
from tests.unit.faults.scenarios import SCENARIOS, Scenario
from tests.unit.lifecycle.world import World

pytestmark = [pytest.mark.usefixtures("table"), pytest.mark.timeout(600)]

scenarios = pytest.mark.parametrize("scenario", SCENARIOS.values(), ids=SCENARIOS.keys())


@scenarios
@pytest.mark.parametrize("befalls", BEFALLS)
def test_the_event_comes_again(scenario: Scenario, befalls: Befalls) -> None:
    for call in range(1, calls_of(scenario.prepare) + 1):
        with told(f"{befalls} at call {call}"), closing(World()) as world:
            action = scenario.prepare(world)
            act(world, action, befalls, call)
            world.act(action)
            world.check()
            come_to_rest(world, scenario.ends, scenario.runs)


# What befalls a function that is not called again differs only in whether the call took effect.
@scenarios
@pytest.mark.parametrize("befalls", ["cut", "refuse"])
def test_the_event_is_lost(scenario: Scenario, befalls: Befalls) -> None:
    for call in range(1, calls_of(scenario.prepare) + 1):
        with told(f"{befalls} at call {call}"), closing(World()) as world:
            act(world, scenario.prepare(world), befalls, call)
            come_to_rest(world, scenario.ends, scenario.runs)
