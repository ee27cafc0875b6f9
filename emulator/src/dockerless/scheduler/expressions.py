"""Schedule expressions: `at(...)`, `rate(...)` and `cron(...)`, and when each is due.

All moments are aware and in UTC; the time zone matters only inside an expression. Source: EventBridge
Scheduler user guide, "Schedule types".
"""

import re
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import lru_cache
from typing import Protocol
from zoneinfo import ZoneInfo, available_timezones

from dockerless.scheduler.cron import CronExpression

_AT = re.compile(r"at\((\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2})\)")
_RATE = re.compile(r"rate\((\d+)\s+(minute|hour|day)s?\)")
_CRON = re.compile(r"cron\((.+)\)")

# A yearly time that a clock change always skips would be looked for until the year 2199; give up well before.
_MAX_SKIPPED = 10_000


class InvalidExpression(ValueError):
    """The text is not a schedule expression."""


class InvalidTimezone(ValueError):
    """The text does not name a time zone of the IANA database."""


class Expression(Protocol):
    """When a schedule is due."""

    @property
    def recurring(self) -> bool:
        """Whether there can be more than one occurrence."""

    def first(self) -> datetime | None:
        """The first occurrence, or None if there is none."""

    def following(self, moment: datetime) -> datetime | None:
        """The first occurrence later than `moment`, or None if there is none."""


@dataclass(frozen=True)
class At:
    """Once. A moment in the past is due at once."""

    moment: datetime
    recurring: bool = False

    def first(self) -> datetime | None:
        return self.moment

    def following(self, moment: datetime) -> datetime | None:
        return self.moment if moment < self.moment else None


@dataclass(frozen=True)
class Rate:
    """At a fixed distance, counted from the start date, or from the making of the schedule if it has none.

    A day is 24 hours, also when the clocks change.
    """

    period: timedelta
    anchor: datetime
    created: datetime
    recurring: bool = True

    def first(self) -> datetime | None:
        return self.anchor if self.anchor >= self.created else self.following(self.created)

    def following(self, moment: datetime) -> datetime | None:
        if moment < self.anchor:
            return self.anchor
        try:
            return self.anchor + ((moment - self.anchor) // self.period + 1) * self.period
        except OverflowError:  # after the year 9999
            return None


@dataclass(frozen=True)
class Cron:
    """At wall-clock times of a zone, later than `begin`.

    A time that the clocks skip in spring is skipped; one that they repeat in autumn counts only once.
    """

    expression: CronExpression
    zone: ZoneInfo
    begin: datetime
    recurring: bool = True

    def first(self) -> datetime | None:
        return self.following(self.begin)

    def following(self, moment: datetime) -> datetime | None:
        local = moment.astimezone(self.zone).replace(tzinfo=None)
        for skipped, wall_clock in enumerate(self.expression.after(local)):
            due = wall_clock.replace(tzinfo=self.zone).astimezone(UTC)
            exists = due.astimezone(self.zone).replace(tzinfo=None) == wall_clock
            if exists and due > moment:
                return due
            if skipped > _MAX_SKIPPED:
                break
        return None


@lru_cache(maxsize=1)
def _zone_names() -> frozenset[str]:
    return frozenset(available_timezones())


def parse(text: str, timezone: str | None, *, created: datetime, start: datetime | None = None) -> Expression:
    """Parse a schedule expression.

    Args:
        text: the expression, for example `rate(5 minutes)`.
        timezone: an IANA name; None means UTC. A rate does not depend on it.
        created: when the schedule was made or last changed; nothing recurring is due earlier.
        start: the schedule's start date; `at` ignores it, as AWS does.

    Raises:
        InvalidExpression: the text is not an expression.
        InvalidTimezone: the time zone does not exist.
    """
    name = timezone or "UTC"
    if name not in _zone_names():
        raise InvalidTimezone(name)
    zone = ZoneInfo(name)
    try:
        if at := _AT.fullmatch(text):
            return At(datetime.fromisoformat(at[1]).replace(tzinfo=zone).astimezone(UTC))
        if rate := _RATE.fullmatch(text):
            return Rate(_period(int(rate[1]), rate[2]), start or created, created)
        if cron := _CRON.fullmatch(text):
            # The start date itself may be an occurrence.
            begin = created if start is None else max(created, start - timedelta(microseconds=1))
            return Cron(CronExpression(cron[1]), zone, begin)
    except (ValueError, OverflowError) as error:
        raise InvalidExpression(f"{text}: {error}") from error
    raise InvalidExpression(text)


def _period(value: int, unit: str) -> timedelta:
    if value < 1:
        raise ValueError("a rate is a positive number and a unit")
    return timedelta(**{f"{unit}s": value})
