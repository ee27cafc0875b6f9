"""EventBridge Scheduler, in memory, as far as the timer calls it."""

import json
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from tests.unit.lifecycle.times import due_times, period_of

Message = dict[str, str]


class Refusal(Exception):
    """The service answers with an error of this code."""


@dataclass(slots=True)
class Schedule:
    """``message``, once at ``start`` or again and again from then on. What was due up to ``told`` is told."""

    message: str
    expression: str
    start: datetime
    told: datetime

    @property
    def recurs(self) -> bool:
        return not self.expression.startswith("at")

    def tell(self, now: datetime) -> list[Message]:
        """What it has to send by now."""
        times = self._times(self.told, now) if self.recurs else [time for time in (self.start,) if time <= now]
        self.told = now
        return [json.loads(self.message.replace("<aws.scheduler.scheduled-time>", f"{time:%FT%TZ}")) for time in times]

    def coming(self, now: datetime) -> datetime:
        """When one that recurs is due next."""
        return self._times(now, now + period_of(self.expression))[0]

    def _times(self, after: datetime, until: datetime) -> list[datetime]:
        return due_times(self.expression, self.start - period_of(self.expression), after, until)


class Timetable:
    def __init__(self, now: Callable[[], datetime]) -> None:
        self._now = now
        self.schedules: dict[str, Schedule] = {}

    def tell(self) -> list[Message]:
        """What is due by now; what happens but once is over then."""
        told = []
        for name, schedule in list(self.schedules.items()):
            if messages := schedule.tell(self._now()):
                told += messages
                if not schedule.recurs:
                    del self.schedules[name]
        return told

    def create(self, asked: dict[str, Any]) -> None:
        if asked["Name"] in self.schedules:
            raise Refusal("ConflictException")
        self.update(asked)

    def update(self, asked: dict[str, Any]) -> None:
        now, expression = self._now(), asked["ScheduleExpression"]
        start = asked.get("StartDate", now)
        if expression.startswith("at"):
            start = datetime.strptime(expression, "at(%Y-%m-%dT%H:%M:%S)").replace(tzinfo=UTC)
        self.schedules[asked["Name"]] = Schedule(asked["Target"]["Input"], expression, start, now)

    def delete(self, asked: dict[str, Any]) -> None:
        if self.schedules.pop(asked["Name"], None) is None:
            raise Refusal("ResourceNotFoundException")
