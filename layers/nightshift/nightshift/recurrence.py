"""When a schedule is due: cron and rate expressions as EventBridge Scheduler understands them.

Source: EventBridge Scheduler user guide, "Schedule types". aws-croniter knows most of the cron dialect; what it lacks
is rewritten for it here. It and the time zones are loaded when first needed: most requests need neither.
"""

import re
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from functools import cache
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo, available_timezones

if TYPE_CHECKING:
    from aws_croniter import AwsCroniter

    from nightshift.models.schedule import Schedule

_FIELDS = 6
_YEARS = (1970, 2199)
# The 29th of February that is a fifth Sunday comes every 28 years, and may be left out in a year like 2100.
_YEARS_AHEAD = 40
# What never exists in its zone is not looked for until the last year.
_SKIPPED_AT_MOST = 5000
_MINUTE = timedelta(minutes=1)
_FRIDAY = 4

_zones = cache(available_timezones)


def cron_of(text: str) -> str:
    """The six fields of a cron expression, with or without ``cron(…)`` around them, in one spelling.

    Raises:
        ValueError: it is none; says what is wrong.
    """
    fields = _inside("cron", text).upper().split()
    if len(fields) != _FIELDS:
        names = "minute hour day-of-month month day-of-week year"
        raise ValueError(f"cron has {_FIELDS} fields ({names}), not {len(fields)}")
    expression = " ".join(fields)
    _parse(expression)
    return expression


def rate_of(text: str) -> str:
    """A rate such as ``5 minutes``, with or without ``rate(…)`` around it, in one spelling.

    Raises:
        ValueError: it is none; says what is wrong.
    """
    match = re.fullmatch(r"([1-9][0-9]{0,6})\s+(minute|hour|day)(s?)", _inside("rate", text), re.ASCII)
    if not match:
        raise ValueError("a rate is a positive number and minute(s), hour(s) or day(s): 1 hour, 15 minutes")
    number, unit, plural = match.groups()
    if (number == "1") == bool(plural):
        raise ValueError(f"{number} {unit}{plural}: the unit is singular after 1 and plural after any other number")
    return f"{number} {unit}{plural}"


def zone_of(name: str) -> str:
    """The name itself.

    Raises:
        ValueError: the IANA database has no such time zone.
    """
    if name not in _zones():
        raise ValueError(f"there is no time zone {name}; give an IANA name such as Europe/Berlin")
    return name


def next_trigger(schedule: "Schedule", moment: datetime) -> datetime | None:
    """When the schedule is due next after the moment, as far as its times count by then; None: never."""
    if not schedule.is_live:
        return None
    if schedule.rate:
        return next_rate(schedule.rate, schedule.since, moment)
    assert schedule.cron, "a schedule has a cron or a rate"
    return next_cron(schedule.cron, schedule.timezone, max(moment, schedule.since))


def upcoming(cron: str | None, rate: str | None, timezone: str, moment: datetime, count: int) -> list[datetime]:
    """The next times, at most ``count``, of what counts from the moment on."""
    times: list[datetime] = []
    while len(times) < count:
        last = times[-1] if times else moment
        due = next_cron(cron, timezone, last) if cron else next_rate(rate or "", moment, last)
        if due is None:
            break
        times.append(due)
    return times


def next_cron(expression: str, timezone: str, moment: datetime) -> datetime | None:
    """The first time later than the moment at which the expression is due in the zone; None if there is none.

    A time that the clocks skip in spring is passed over; one that they repeat in autumn counts once, the first time.
    """
    zone = ZoneInfo(timezone)
    for wall_clock in _wall_clocks(expression, moment.astimezone(zone).replace(tzinfo=None)):
        due = wall_clock.replace(tzinfo=zone).astimezone(UTC)
        exists = due.astimezone(zone).replace(tzinfo=None) == wall_clock
        if exists and due > moment:
            return due
    return None


def next_rate(rate: str, since: datetime, moment: datetime) -> datetime | None:
    """The first time later than both, a whole number of periods after ``since``. A day is 24 hours."""
    number, unit = rate.split()
    try:
        period = timedelta(**{unit.removesuffix("s") + "s": int(number)})
        return since + max(1, (moment - since) // period + 1) * period
    except OverflowError:  # after the year 9999
        return None


def _inside(kind: str, text: str) -> str:
    match = re.fullmatch(rf"\s*{kind}\((.*)\)\s*", text)
    return (match[1] if match else text).strip()


def _parse(expression: str) -> "tuple[AwsCroniter, bool]":
    """The expression for aws-croniter, and whether only the last of its days in a month counts."""
    from aws_croniter import AwsCroniter

    minute, hour, day, month, weekday, year = expression.split()
    last_working_day = day == "LW" and weekday == "?"
    if last_working_day:
        day, weekday = "?", "MON-FRI"
    if weekday == "L":  # the last day of the week
        weekday = "SAT"
    if "L-" in day or "L-" in weekday:
        raise ValueError("EventBridge knows no L-n")
    try:
        return AwsCroniter(" ".join((minute, hour, day, month, weekday, _years(year)))), last_working_day
    except ValueError as error:
        raise ValueError(f"{expression} is no cron expression of EventBridge: {error}") from error


def _years(text: str) -> str:
    """The field without steps, which aws-croniter does not know for years."""
    return ",".join(_stepped_years(part) for part in text.split(","))


def _stepped_years(part: str) -> str:
    match = re.fullmatch(r"(\*|[0-9]{4}(?:-[0-9]{4})?)/([1-9][0-9]{0,2})", part)
    if not match:
        return part
    first, _, last = match[1].replace("*", str(_YEARS[0])).partition("-")
    return ",".join(map(str, range(int(first), int(last or _YEARS[1]) + 1, int(match[2]))))


def _wall_clocks(expression: str, moment: datetime) -> Iterator[datetime]:
    """The wall-clock times later than the moment, in order; as many as are worth looking at."""
    croniter, last_working_day = _parse(expression)
    found = _following(croniter, moment)
    for _ in range(_SKIPPED_AT_MOST):
        if found is None:
            return
        if last_working_day and not _is_last_working_day(found):
            found = _following(croniter, found.replace(hour=23, minute=59))
            continue
        yield found
        found = _following(croniter, found)


def _following(croniter: "AwsCroniter", moment: datetime) -> datetime | None:
    # aws-croniter gives up after ten months in vain, so it is asked again from each new year on.
    years = range(moment.year + 1, min(moment.year + _YEARS_AHEAD, _YEARS[1]) + 1)
    for start in (moment, *(datetime(year, 1, 1) - _MINUTE for year in years)):
        (found,) = croniter.get_next(start.replace(tzinfo=UTC))
        if found is not None:
            wall_clock: datetime = found.replace(tzinfo=None)
            return wall_clock
    return None


def _is_last_working_day(day: datetime) -> bool:
    next_one = day + timedelta(days=3 if day.weekday() == _FRIDAY else 1)
    return next_one.month != day.month
