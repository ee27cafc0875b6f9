"""AWS's six-field cron expressions, evaluated on wall-clock times.

Written here because no maintained package covers the dialect: the Unix ones know no `W` and no year field and
count weekdays from 0, and the AWS ones on PyPI fail on `LW` and on a bare `L` as the day of the week.

Fields, from the EventBridge Scheduler user guide, "Cron-based schedules":
minutes, hours, day-of-month, month, day-of-week (1 = SUN), year (1970-2199).
"""

import calendar
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date, datetime, time
from typing import Final

# Spelled out: those of `calendar` follow the locale of the process.
MONTHS: Final = ("JAN", "FEB", "MAR", "APR", "MAY", "JUN", "JUL", "AUG", "SEP", "OCT", "NOV", "DEC")
WEEKDAYS: Final = ("SUN", "MON", "TUE", "WED", "THU", "FRI", "SAT")
SUNDAY, SATURDAY = 1, 7

DayRule = Callable[[int, int], set[int]]
"""Given a year and a month, the days of that month on which a schedule runs."""


@dataclass(frozen=True)
class _Field:
    """The range of a field and the names its values may go by, which count from 1."""

    low: int
    high: int
    names: tuple[str, ...] = ()

    def value(self, text: str) -> int:
        if text.upper() in self.names:
            return self.names.index(text.upper()) + 1
        if not re.fullmatch(r"[0-9]{1,4}", text):
            raise ValueError(f"{text!r} is not a value")
        number = int(text)
        if not self.low <= number <= self.high:
            raise ValueError(f"{text} is not within {self.low}-{self.high}")
        return number

    def values(self, text: str) -> set[int]:
        """The values that a comma-separated list of values, ranges and steps stands for."""
        return {value for item in text.split(",") for value in self._item(item)}

    def _item(self, text: str) -> list[int]:
        span, slash, step_text = text.partition("/")
        if slash and not re.fullmatch(r"[1-9][0-9]{0,3}", step_text):
            raise ValueError(f"{text!r} has no positive step")
        step = int(step_text) if slash else 1
        if span == "*":
            return list(range(self.low, self.high + 1, step))
        first_text, dash, last_text = span.partition("-")
        first = self.value(first_text)
        # 5/10 counts from 5 to the end of the field.
        last = self.value(last_text) if dash else self.high if slash else first
        if first <= last:
            return list(range(first, last + 1, step))
        # FRI-MON: the range runs over the end of the week (or hour, or day) into the next one.
        size = self.high - self.low + 1
        return [(n - self.low) % size + self.low for n in range(first, last + size + 1, step)]


_MINUTES = _Field(0, 59)
_HOURS = _Field(0, 23)
_DAYS = _Field(1, 31)
_MONTHS = _Field(1, 12, MONTHS)
_WEEKDAYS = _Field(1, 7, WEEKDAYS)
_YEARS = _Field(1970, 2199)


def _last_day(year: int, month: int) -> int:
    return calendar.monthrange(year, month)[1]


def _weekday(year: int, month: int, day: int) -> int:
    return date(year, month, day).isoweekday() % 7 + 1


def _days_on(year: int, month: int, weekdays: set[int]) -> list[int]:
    days = range(1, _last_day(year, month) + 1)
    return [day for day in days if _weekday(year, month, day) in weekdays]


def _working_day_near(year: int, month: int, day: int) -> int:
    """The Monday to Friday closest to a day, without leaving its month."""
    weekday = _weekday(year, month, day)
    if weekday == SATURDAY:
        return day - 1 if day > 1 else day + 2
    if weekday == SUNDAY:
        return day + 1 if day < _last_day(year, month) else day - 2
    return day


def _day_of_month_rule(text: str) -> DayRule:
    text = text.upper()
    if text == "LW":
        return lambda year, month: {_working_day_near(year, month, _last_day(year, month))}
    if text == "L":
        return lambda year, month: {_last_day(year, month)}
    if match := re.fullmatch(r"([0-9]{1,2})W", text):
        near = _DAYS.value(match[1])
        # A month without that day has no such occurrence.
        return lambda year, month: (
            {_working_day_near(year, month, near)} if near <= _last_day(year, month) else set()
        )
    days = _DAYS.values(text)
    return lambda year, month: {day for day in days if day <= _last_day(year, month)}


def _day_of_week_rule(text: str) -> DayRule:
    text = text.upper()
    if nth := re.fullmatch(r"(\w+)#([1-5])", text):
        weekday, week = _WEEKDAYS.value(nth[1]), int(nth[2])
        return lambda year, month: set(_days_on(year, month, {weekday})[week - 1 : week])
    if last := re.fullmatch(r"(\w+)L", text):
        weekday = _WEEKDAYS.value(last[1])
        return lambda year, month: {_days_on(year, month, {weekday})[-1]}
    # A bare L is the last day of the week.
    weekdays = {SATURDAY} if text == "L" else _WEEKDAYS.values(text)
    return lambda year, month: set(_days_on(year, month, weekdays))


class CronExpression:
    """A parsed cron expression.

    Args:
        text: the six fields between the brackets of `cron(...)`.

    Raises:
        ValueError: the text is not a cron expression; says what is wrong.
    """

    def __init__(self, text: str) -> None:
        fields = text.split()
        if len(fields) != 6:
            raise ValueError(f"{len(fields)} fields instead of 6")
        minutes, hours, day_of_month, month, day_of_week, year = fields
        if (day_of_month == "?") == (day_of_week == "?"):
            raise ValueError("exactly one of day-of-month and day-of-week must be ?")
        by_date = day_of_week == "?"
        self._days = _day_of_month_rule(day_of_month) if by_date else _day_of_week_rule(day_of_week)
        self._minutes = sorted(_MINUTES.values(minutes))
        self._hours = sorted(_HOURS.values(hours))
        self._months = sorted(_MONTHS.values(month))
        self._years = sorted(_YEARS.values(year))

    def after(self, moment: datetime) -> Iterator[datetime]:
        """The wall-clock times, without a zone, that are later than `moment`, in order."""
        for day in self._days_from(moment.date()):
            for hour in self._hours:
                for minute in self._minutes:
                    due = datetime.combine(day, time(hour, minute))
                    if due > moment:
                        yield due

    def _days_from(self, first: date) -> Iterator[date]:
        for year in self._years:
            for month in self._months:
                if (year, month) >= (first.year, first.month):
                    days = (date(year, month, day) for day in sorted(self._days(year, month)))
                    yield from (day for day in days if day >= first)
