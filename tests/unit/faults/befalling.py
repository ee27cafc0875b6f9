"""Lets something befall an AWS call of an action."""

import os
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from typing import Any, Literal

from tests.unit.lifecycle.faults import Fault, Kind
from tests.unit.lifecycle.settling import forget_schedules, hear_old_news, recover_without_events
from tests.unit.lifecycle.world import World

Act = Callable[[], object]
Befalls = Literal[Kind, "delay"]
"""``delay``: before the call is sent so long passes that the reconciler takes the work for abandoned."""

# A crash before a call leaves behind what a cut at the call before it leaves: nothing was written in between.
_ALL: tuple[Befalls, ...] = ("cut", "refuse", "throttle", "unanswered", "resend", "delay")
# All of them take minutes, as Hypothesis does with the same profile; one that took effect and one that did not do not.
BEFALLS = _ALL if os.environ.get("HYPOTHESIS_PROFILE") == "ci" else _ALL[:2]
LONG = 100
"""Seconds: longer than the reconciler leaves a job alone, and than a worker may take to stop."""


def calls_of(prepare: Callable[[World], Act], world: Callable[[], World] = World) -> int:
    """How many AWS calls the action makes when nothing befalls it."""
    with closing(world()) as clean:
        clean.act(prepare(clean))
        assert clean.faults.calls, "it calls nothing"
        return clean.faults.calls


def act(world: World, action: Act, befalls: Befalls, call: int, *, delay: float = LONG) -> Any:
    """The action, while something befalls its call of that number; None if that kept it from its end.

    ``delay`` is in seconds.
    """
    if befalls == "delay":
        world.meanwhile = call, lambda: _others_recover(world, delay)
    else:
        world.fault = Fault(call, befalls)
    answer = world.act(action)
    # The SDK sends again only what moto answers, and what is not known again by its token.
    assert befalls == "resend" or not world.undisturbed, "nothing befell it"
    world.check()
    return answer


def come_to_rest(world: World, ends: tuple[str, ...], runs: int) -> None:
    """Raises AssertionError unless every job ends so, by so many runs of one execution each, all counted once."""
    recover_without_events(world)
    hear_old_news(world)
    forget_schedules(world, seconds=86_400)
    world.check()
    assert tuple(sorted(job["status"] for job in world.model.jobs.values())) == ends
    assert len(world.model.runs) == runs, "a fault of the control plane cost an attempt"
    assert len(world.services.inputs) == runs, "an execution too many"


@contextmanager
def told(where: str) -> Iterator[None]:
    """Says in a failure where it happened."""
    try:
        yield
    except BaseException as error:
        error.add_note(where)
        raise


def _others_recover(world: World, delay: float) -> None:
    world.advance(delay)
    world.reconcile()
