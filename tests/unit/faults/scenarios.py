"""For each event function: how a world comes to call it, and what has to come of the jobs whatever goes wrong there."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from nightshift.amend import patch
from nightshift.cancel import cancel
from nightshift.models.job import Job
from nightshift.models.requests import JobPatch
from nightshift.models.schedule_requests import ScheduleRequest
from nightshift.schedules import create_schedule
from nightshift.worker.record import StepRecord
from nightshift.worker.task import Task
from tests.unit.control.jobs import CRASHED, SUCCEEDED, TENANT, ask
from tests.unit.faults.befalling import Act
from tests.unit.lifecycle.faults import Fault
from tests.unit.lifecycle.functions import of_queue
from tests.unit.lifecycle.world import Delivery, World


@dataclass(frozen=True)
class Scenario:
    """``prepare`` returns the call that something befalls. ``ends`` are the jobs' last states, ``runs`` all runs."""

    prepare: Callable[[World], Act]
    ends: tuple[str, ...] = ("COMPLETED",)
    runs: int = 1


def _made(world: World, **request: Any) -> Job:
    made = world.act(lambda: ask(f"job {len(world.model.jobs)}", world.now, **request))
    assert made
    return made.job


def _deferred(world: World) -> Job:
    return _made(world, run_at=world.now + timedelta(seconds=600))


def _running(world: World) -> tuple[Job, str]:
    """A job that runs, with its execution's name."""
    job = _made(world)
    world.act(world.dispatch)
    world.pending.clear()
    return job, world.model.jobs[job.job_id]["current_run_id"]


def _next(world: World, function: str) -> Act:
    """The delivery of the event that leads to the function; no other is delivered."""
    (delivery,) = (waiting for waiting in world.pending if waiting.function == function)
    world.pending.clear()
    return lambda: world.handle(delivery)


def _listener(world: World) -> Act:
    world.listens = False
    _made(world)
    world.listens = True
    return _next(world, "listener")


def _dispatcher_starts(world: World) -> Act:
    _made(world)
    world.pending.clear()
    _made(world)
    return _next(world, "dispatcher")


def _dispatcher_releases(world: World) -> Act:
    job = _deferred(world)
    world.pending.clear()
    world.advance(601)
    return lambda: world.handle(Delivery("dispatcher", of_queue({"job_id": job.job_id})))


def _dispatcher_stops(world: World) -> Act:
    job, _ = _running(world)
    world.act(lambda: cancel(TENANT, job.job_id, world.now))
    return _next(world, "dispatcher")


def _timer_creates(world: World) -> Act:
    _deferred(world)
    return _next(world, "timer")


def _timer_moves(world: World) -> Act:
    job = _deferred(world)
    world.act(_next(world, "timer"))
    later = JobPatch(run_at=world.now + timedelta(seconds=1200))
    world.act(lambda: patch(TENANT, job.job_id, later, world.now), ("patch", job.job_id))
    return _next(world, "timer")


def _timer_deletes(world: World) -> Act:
    job = _deferred(world)
    world.act(_next(world, "timer"))
    world.act(lambda: cancel(TENANT, job.job_id, world.now))
    return _next(world, "timer")


def _timer_delays_a_retry(world: World) -> Act:
    world.act(_finisher_retries(world))
    return _next(world, "timer")


def _scheduled(world: World) -> dict[str, str]:
    """A schedule whose first time, which nobody told of, has just passed; what EventBridge would tell."""
    job = {"type": "probe", "params": {}}
    wanted = ScheduleRequest.model_validate({"name": "daily", "rate": "1440 minutes", "job": job})
    made = world.act(lambda: create_schedule(TENANT, wanted, None, world.now))
    assert made
    assert made.resource.next_trigger_at
    time = made.resource.next_trigger_at
    world.advance((time - world.now).total_seconds())
    return {"schedule_id": made.resource.schedule_id, "scheduled_time": f"{time:%FT%TZ}"}


def _dispatcher_fires(world: World) -> Act:
    told = _scheduled(world)
    world.pending.clear()
    return lambda: world.handle(Delivery("dispatcher", of_queue(told)))


def _timer_follows_a_schedule(world: World) -> Act:
    _scheduled(world)
    return _next(world, "timer")


def _finisher_ends(world: World) -> Act:
    _, execution = _running(world)
    world.services.end(execution, SUCCEEDED)
    return _next(world, "finisher")


def _finisher_retries(world: World) -> Act:
    _, execution = _running(world)
    world.services.end(execution, CRASHED)
    return _next(world, "finisher")


def _reconciler_dispatches(world: World) -> Act:
    _made(world)
    _deferred(world)
    world.pending.clear()
    world.advance(601)
    return world.reconcile


def _reconciler_fires(world: World) -> Act:
    _scheduled(world)
    world.pending.clear()
    world.advance(91)
    return world.reconcile


def _reconciler_settles(world: World) -> Act:
    _, ended = _running(world)
    _, lost = _running(world)
    world.services.end(ended, SUCCEEDED)
    told = {"command": "probe", "step": "probe", "iteration": 0}
    world.act(StepRecord(Task.from_event(world.services.inputs[lost] | told)).start)
    del world.services.executions[lost]
    world.pending.clear()
    world.advance(61)
    return world.reconcile


def _reconciler_starts_what_was_claimed(world: World) -> Act:
    _made(world)
    for call in range(1, 20):
        world.fault = Fault(call, "crash")
        world.act(world.dispatch)
        if world.model.with_status("RUNNING"):
            break
    assert not world.services.executions, "it was to be claimed and not started"
    world.pending.clear()
    world.advance(61)
    return world.reconcile


def _reconciler_stops(world: World) -> Act:
    job, _ = _running(world)
    world.act(lambda: cancel(TENANT, job.job_id, world.now))
    world.pending.clear()
    world.advance(61)
    return world.reconcile


SCENARIOS = {
    "listener": Scenario(_listener),
    "dispatcher, a job is queued": Scenario(_dispatcher_starts, ("COMPLETED", "COMPLETED"), runs=2),
    "dispatcher, a job is due": Scenario(_dispatcher_releases),
    "dispatcher, a job is to stop": Scenario(_dispatcher_stops, ("CANCELLED",)),
    "dispatcher, a schedule is due": Scenario(_dispatcher_fires),
    "timer, a job is deferred": Scenario(_timer_creates),
    "timer, its time is changed": Scenario(_timer_moves),
    "timer, it is cancelled": Scenario(_timer_deletes, ("CANCELLED",), runs=0),
    "timer, a retry waits": Scenario(_timer_delays_a_retry, runs=2),
    "timer, a schedule is made": Scenario(_timer_follows_a_schedule),
    "finisher, it succeeded": Scenario(_finisher_ends),
    "finisher, it is to be retried": Scenario(_finisher_retries, runs=2),
    "reconciler, jobs wait": Scenario(_reconciler_dispatches, ("COMPLETED", "COMPLETED"), runs=2),
    "reconciler, a schedule was due": Scenario(_reconciler_fires),
    "reconciler, ends unheard": Scenario(_reconciler_settles, ("COMPLETED", "COMPLETED"), runs=3),
    "reconciler, claimed and not started": Scenario(_reconciler_starts_what_was_claimed),
    "reconciler, to be stopped": Scenario(_reconciler_stops, ("CANCELLED",)),
}
