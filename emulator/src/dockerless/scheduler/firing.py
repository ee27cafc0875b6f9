"""Fires schedules when they are due, and tries again what failed."""

import logging
from collections.abc import Callable
from concurrent.futures import Executor
from datetime import datetime, timedelta
from threading import Event, RLock, Thread
from typing import Final

from dockerless.scheduler.dead_letters import bury
from dockerless.scheduler.invocation import Invocation
from dockerless.scheduler.schedule import Schedule, ScheduleKey
from dockerless.scheduler.targets import Clients, InvalidTarget, invoke
from dockerless.scheduler.timeline import Timeline

LOG = logging.getLogger(__name__)

# AWS says "exponential backoff" and no more. With this ceiling the default policy's day holds 150 attempts.
MAX_BACKOFF: Final = timedelta(minutes=10)


def backoff(attempt: int) -> timedelta:
    """The wait after a failed attempt: 1 s after the first, doubled each time, 10 minutes at most."""
    return min(timedelta(seconds=2 ** min(attempt - 1, 16)), MAX_BACKOFF)


class Firing:
    """Knows every enabled schedule and delivers its occurrences.

    Args:
        clients: makes the boto3 clients that call the targets.
        delete: removes a schedule that is done and wants to be deleted then; called with `lock` held.
        lock: held by whoever changes a schedule, from the change until `track` or `forget`.
        clock: the present moment, in UTC.
        executor: runs deliveries, so that a slow target delays no other.
    """

    def __init__(
        self,
        clients: Clients,
        delete: Callable[[Schedule], None],
        lock: RLock,
        clock: Callable[[], datetime],
        executor: Executor,
    ) -> None:
        self._clients = clients
        self._delete = delete
        self._lock = lock
        self._clock = clock
        self._executor = executor
        self._live: dict[ScheduleKey, Schedule] = {}
        self._timeline = Timeline(clock, self._is_live)
        self._stopped = Event()

    def _is_live(self, invocation: Invocation) -> bool:
        # A changed schedule is a new object, so what the old one still had to do, retries too, ends with it.
        return self._live.get(invocation.schedule.key) is invocation.schedule

    def track(self, schedule: Schedule) -> None:
        """Fire a schedule from now on, in place of an earlier version of it."""
        self._live[schedule.key] = schedule
        due = schedule.first()
        if due is not None:
            self._timeline.add(due, Invocation(schedule, due))

    def forget(self, key: ScheduleKey) -> None:
        """Fire a schedule no more; one that is not known is none to fire."""
        self._live.pop(key, None)

    def forget_group(self, account: str, region: str, group: str) -> None:
        """Fire no schedule of a group any more."""
        for key in [key for key in self._live if key[:3] == (account, region, group)]:
            self.forget(key)

    def forget_all(self) -> None:
        """Fire nothing any more."""
        self._live.clear()

    def start(self) -> None:
        """Fire in the background until `stop`."""
        Thread(target=self._run, name="scheduler-firing", daemon=True).start()

    def stop(self) -> None:
        """End what `start` began; deliveries under way are not waited for."""
        self._stopped.set()
        self._timeline.wake()
        self._executor.shutdown(wait=False, cancel_futures=True)

    def _run(self) -> None:
        while not self._stopped.is_set():
            self.fire_due()
            self._timeline.wait()

    def fire_due(self) -> None:
        """Start the delivery of everything that is due now."""
        for _, invocation in self._timeline.take_due():
            try:
                if invocation.attempt == 1:
                    self._plan_next(invocation)
                self._executor.submit(self._deliver, invocation)
            except Exception:
                # One bad schedule must not stop all the others.
                LOG.exception("Firing schedule %s failed", invocation.schedule.arn)

    def _plan_next(self, invocation: Invocation) -> None:
        # Counted from now: after a pause (a laptop asleep) one occurrence stands for all that were missed.
        schedule = invocation.schedule
        following = schedule.following(max(self._clock(), invocation.scheduled_time))
        if following is not None:
            self._timeline.add(following, Invocation(schedule, following))

    def _deliver(self, invocation: Invocation) -> None:
        try:
            if not self._is_live(invocation):
                return
            tried, payload = self._clock(), invocation.payload()
            try:
                invoke(invocation, payload, self._clients)
            except Exception as error:
                # Whatever a target's call raises is a failed attempt, a matter of the retry policy.
                self._failed(invocation, payload, error, tried)
            else:
                self._finished(invocation)
        except Exception:
            # The executor would swallow it.
            LOG.exception("Delivery of schedule %s failed", invocation.schedule.arn)

    def _failed(self, invocation: Invocation, payload: str, error: Exception, tried: datetime) -> None:
        schedule, first_tried = invocation.schedule, invocation.first_tried or tried
        again_at = self._clock() + backoff(invocation.attempt)
        if isinstance(error, InvalidTarget):
            exhausted = None
        elif invocation.attempt > schedule.max_retries:
            exhausted = "MaximumRetryAttempts"
        elif again_at > first_tried + timedelta(seconds=schedule.max_age_seconds):
            exhausted = "MaximumEventAgeInSeconds"
        else:
            LOG.info("Schedule %s, attempt %s: %s", schedule.arn, invocation.attempt, error)
            self._timeline.add(again_at, invocation.again(first_tried))
            return
        bury(invocation, payload, error, exhausted, self._clients)
        self._finished(invocation)

    def _finished(self, invocation: Invocation) -> None:
        schedule = invocation.schedule
        if not schedule.delete_when_done or schedule.following(self._clock()) is not None:
            return
        with self._lock:
            # It may have been changed while its last occurrence was delivered; the new version is not done.
            if self._is_live(invocation):
                self.forget(schedule.key)
                self._delete(schedule)
