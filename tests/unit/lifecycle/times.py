"""When the schedules of the search are due, reckoned plainly: all of them every so many minutes."""

import re
from datetime import datetime, timedelta

PERIODS = ("rate(5 minutes)", "cron(0/10 * * * ? *)")


def period_of(expression: str) -> timedelta:
    """The time between two of the expression's."""
    number = re.search(r"\((?:0/)?(\d+) ", expression)
    assert number, f"{expression} is none of the search's"
    return timedelta(minutes=int(number[1]))


def due_times(expression: str, since: datetime, after: datetime, until: datetime) -> list[datetime]:
    """The times later than both instants, up to ``until``. A rate counts from ``since``, cron by the clock."""
    period = period_of(expression)
    first = since if expression.startswith("rate") else since.replace(minute=0, second=0, microsecond=0)
    passed = (max(after, since) - first) // period + 1
    return [first + n * period for n in range(passed, (until - first) // period + 1)]
