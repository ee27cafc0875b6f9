"""Clients who want jobs again and again, and the times at which they do."""

from collections.abc import Callable
from contextlib import suppress
from datetime import datetime
from functools import partial
from typing import Any

from hypothesis import strategies as st
from hypothesis.stateful import initialize, precondition, rule

from nightshift.cancel import cancel
from nightshift.clock import rfc3339
from nightshift.errors import NotFoundError, StateConflictError
from nightshift.models.schedule_requests import SchedulePatch, ScheduleRequest
from nightshift.reconcile import monitor
from nightshift.schedules import create_schedule, delete_schedule, patch_schedule, trigger
from nightshift.store.reads import get_job
from tests.unit.control.jobs import SUCCEEDED, TENANT
from tests.unit.lifecycle.functions import of_queue
from tests.unit.lifecycle.schedules import Image, times_of
from tests.unit.lifecycle.settling import Settling
from tests.unit.lifecycle.strategies import pick, tenants, which
from tests.unit.lifecycle.times import PERIODS
from tests.unit.lifecycle.world import Delivery

SCHEDULES_AT_MOST = 2
_TIMES = ("cron", "rate", "enabled")

expressions = st.sampled_from(PERIODS)
overlaps = st.sampled_from(["skip", "allow"])


def _times(expression: str) -> dict[str, str]:
    kind, _, rest = expression.partition("(")
    return {kind: rest.removesuffix(")")}


class Recurring(Settling):
    @initialize(expression=expressions, overlap=overlaps)
    def begin_with_schedule(self, expression: str, overlap: str) -> None:
        self.make_schedule(expression, overlap, attempts=1, tenant=TENANT)

    @precondition(lambda self: len(self.world.model.schedules.items) < SCHEDULES_AT_MOST)
    @rule(expression=expressions, overlap=overlaps, attempts=st.integers(1, 2), tenant=tenants)
    def make_schedule(self, expression: str, overlap: str, attempts: int, tenant: str) -> None:
        world = self.world
        job = {"type": "probe", "params": {}, "max_attempts": attempts}
        wanted = ScheduleRequest.model_validate({"name": "s", "job": job, "overlap": overlap} | _times(expression))
        key = f"schedule {len(world.model.schedules.items)}"
        made = world.act(lambda: create_schedule(tenant, wanted, key, world.now))
        if made:
            assert made.resource.schedule_id in world.model.schedules.items

    @precondition(lambda self: self.world.model.schedules.items)
    @rule(
        schedule=which,
        change=st.one_of(
            st.fixed_dictionaries({"enabled": st.booleans()}),
            st.fixed_dictionaries({"overlap": overlaps}),
            expressions.map(_times),
        ),
        heard=st.booleans(),
    )
    def change_schedule(self, schedule: int, change: dict[str, Any], heard: bool) -> None:
        """``heard``: EventBridge knows it as it was before."""
        if heard:
            self._mirror()
        before, world = self._schedule(schedule), self.world
        tenant, schedule_id, wanted = before["tenant_id"], before["schedule_id"], SchedulePatch.model_validate(change)
        found = self._ask("schedule", before, lambda: patch_schedule(tenant, schedule_id, wanted, world.now))
        if found and world.undisturbed:
            assert all(getattr(found, name) == value for name, value in change.items())
            after = world.model.schedules.items[schedule_id]
            if world.listens and any(before.get(name) != after.get(name) for name in _TIMES):
                self._mirror()
                self._check_mirrored(after)

    @precondition(lambda self: self.world.model.schedules.items)
    @rule(schedule=which)
    def delete_schedule(self, schedule: int) -> None:
        before, world = self._schedule(schedule), self.world
        tenant, schedule_id = before["tenant_id"], before["schedule_id"]
        self._ask("schedule", before, lambda: delete_schedule(tenant, schedule_id, world.now))
        if world.undisturbed:
            assert "deleted_at" in world.model.schedules.items[schedule_id]

    @precondition(lambda self: self.world.model.schedules.items)
    @rule(schedule=which, key=st.integers(0, 2), again=st.booleans())
    def trigger(self, schedule: int, key: int, again: bool) -> None:
        """``again``: with another key at once, while the job that was made goes on."""
        schedule_id = self._schedule(schedule)["schedule_id"]
        for one in (key, key + 1) if again else (key,):
            self._trigger(self.world.model.schedules.items[schedule_id], one)

    @precondition(lambda self: self._waiting_for_last())
    @rule(schedule=which)
    def a_time_is_passed_over(self, schedule: int) -> None:
        """And told again when the job that was in its way has ended, which other rules seldom come to."""
        waiting = pick(self._waiting_for_last(), schedule)
        coming = self._let_come(waiting)
        self._tell(waiting, coming)
        self._end(self.world.model.jobs[waiting["last_job_id"]])
        self._tell(waiting, coming)

    def _waiting_for_last(self) -> list[Image]:
        schedules = self.world.model.schedules
        return [schedule for schedule in schedules.live() if schedules.waits_for_last(schedule)]

    def _end(self, job: Image) -> None:
        world, tenant, job_id = self.world, job["tenant_id"], job["job_id"]
        if job["status"] != "RUNNING":
            with suppress(StateConflictError):  # it has ended meanwhile
                world.act(lambda: cancel(tenant, job_id, world.now))
            return
        if job["current_run_id"] in world.services.live():
            world.services.end(job["current_run_id"], SUCCEEDED)
        world.act(lambda: monitor(get_job(tenant, job_id), world.now))

    def _trigger(self, before: Image, key: int) -> None:
        world = self.world
        tenant, schedule_id, jobs = before["tenant_id"], before["schedule_id"], len(world.model.jobs)
        try:
            found = self._ask("trigger", before, lambda: trigger(tenant, schedule_id, f"key {key}", None, world.now))
        except StateConflictError:
            assert world.faults.interleaved or world.model.schedules.waits_for_last(before)
            return
        if found and world.undisturbed:
            assert len(world.model.jobs) == jobs + (not found.replayed)
            assert world.model.jobs[found.job.job_id]["schedule_id"] == schedule_id

    @precondition(lambda self: self.world.model.schedules.live())
    @rule(schedule=which, often=st.integers(0, 2))
    def a_time_comes(self, schedule: int, often: int) -> None:
        """And is told so often; EventBridge tells of it too, if it knows."""
        world = self.world
        waiting = pick(world.model.schedules.live(), schedule)
        coming = self._let_come(waiting)
        for _ in range(often):
            self._tell(waiting, coming)

    @precondition(lambda self: self.world.model.schedules.items)
    @rule(schedule=which, ago=which)
    def a_time_is_told(self, schedule: int, ago: int) -> None:
        """One of the latest, whether it was told before or not."""
        wanted = self._schedule(schedule)
        if times := list(times_of(wanted, self.world.now).values()):
            self._tell(wanted, pick(times[::-1], ago))

    def _let_come(self, waiting: Image) -> datetime:
        coming = datetime.fromisoformat(waiting["next_trigger_at"])
        self.world.advance(max((coming - self.world.now).total_seconds(), 1))
        return coming

    def _tell(self, told: Image, time: datetime) -> None:
        world = self.world
        schedule = world.model.schedules.items[told["schedule_id"]]
        owed, jobs = world.model.schedules.owes(schedule, time, world.now), len(world.model.jobs)
        message = {"schedule_id": schedule["schedule_id"], "scheduled_time": f"{time:%FT%TZ}"}
        answer = world.act(lambda: world.handle(Delivery("dispatcher", of_queue(message))))
        if answer and world.undisturbed:
            assert len(world.model.jobs) == jobs + owed, "not one job for one time"
            after = world.model.schedules.items[told["schedule_id"]]
            assert not world.model.schedules.leaves_open(after, time, world.now), "told again, it could make a job"

    def _mirror(self) -> None:
        """The timer hears all that it has not heard yet."""
        world = self.world
        for delivery in [delivery for delivery in world.pending if delivery.function == "timer"]:
            world.pending.remove(delivery)
            world.act(partial(world.handle, delivery))

    def _check_mirrored(self, schedule: Image) -> None:
        known = self.world.services.timetable.schedules.get(f"schedule-{schedule['schedule_id']}")
        coming = rfc3339(known.coming(self.world.now)) if known else None
        assert coming == schedule.get("next_trigger_at"), "EventBridge Scheduler does not follow"

    def _schedule(self, number: int) -> Image:
        return pick(list(self.world.model.schedules.items.values()), number)

    def _ask[T](self, wish: str, schedule: Image, action: Callable[[], T]) -> T | None:
        """What the client is answered; None if the schedule is gone, or something kept the answer from it."""
        gone = "deleted_at" in schedule
        try:
            answer = self.world.act(action, (wish, schedule["schedule_id"]))
        except NotFoundError:
            assert gone
            return None
        assert not gone or self.world.faults.struck
        return answer
