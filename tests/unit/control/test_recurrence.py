"""When schedules are due: the cron and rate expressions of EventBridge Scheduler, and what is none."""

from datetime import UTC, datetime, timedelta

import pytest

from nightshift.recurrence import cron_of, next_cron, next_rate, rate_of, zone_of

START = datetime(2026, 1, 1, tzinfo=UTC)  # a Thursday


def times(expression: str, zone: str = "UTC", after: datetime = START, count: int = 3) -> list[str]:
    """The first times as UTC text."""
    found: list[str] = []
    moment: datetime | None = after
    while len(found) < count and (moment := next_cron(cron_of(expression), zone, moment)):
        found.append(f"{moment:%Y-%m-%dT%H:%M}")
    return found


CRON = {
    "0/15 * * * ? *": ["2026-01-01T00:15", "2026-01-01T00:30", "2026-01-01T00:45"],
    "cron(0 18 ? * MON-FRI *)": ["2026-01-01T18:00", "2026-01-02T18:00", "2026-01-05T18:00"],
    "0  0 ? * fri-mon *": ["2026-01-02T00:00", "2026-01-03T00:00", "2026-01-04T00:00"],
    "0 0 31 * ? *": ["2026-01-31T00:00", "2026-03-31T00:00", "2026-05-31T00:00"],
    "0 0 29 2 ? *": ["2028-02-29T00:00", "2032-02-29T00:00", "2036-02-29T00:00"],
    "0 10 L * ? *": ["2026-01-31T10:00", "2026-02-28T10:00", "2026-03-31T10:00"],
    # 31 January and 28 February 2026 are Saturdays.
    "0 10 LW * ? *": ["2026-01-30T10:00", "2026-02-27T10:00", "2026-03-31T10:00"],
    # 1 August 2026 is a Saturday: the closest weekday of the same month is the Monday.
    "0 10 1W 8 ? *": ["2026-08-03T10:00", "2027-08-02T10:00", "2028-08-01T10:00"],
    "15 10 ? * 6L 2026-2027": ["2026-01-30T10:15", "2026-02-27T10:15", "2026-03-27T10:15"],
    "0 0 ? * TUE#2 *": ["2026-01-13T00:00", "2026-02-10T00:00", "2026-03-10T00:00"],
    "0 0 ? * L *": ["2026-01-03T00:00", "2026-01-10T00:00", "2026-01-17T00:00"],
    "0 0 1 1 ? 2026/2": ["2028-01-01T00:00", "2030-01-01T00:00", "2032-01-01T00:00"],
    # A fifth Thursday in February: once in 28 years.
    "0 0 ? 2 THU#5 *": ["2052-02-29T00:00", "2080-02-29T00:00"],
    "0 0 * * ? 2020": [],
    "0 0 31 2 ? *": [],
}


@pytest.mark.parametrize(("expression", "expected"), CRON.items(), ids=CRON)
def test_cron(expression: str, expected: list[str]) -> None:
    assert times(expression, count=max(1, len(expected))) == expected


@pytest.mark.parametrize(
    "expression",
    [
        "",
        "hourly",
        "cron()",
        "rate(1 hour)",
        "0 0 * * ?",
        "0 0 * * ? * *",
        "0 0 * * * *",
        "0 0 ? * ? *",
        "60 0 * * ? *",
        "0 24 * * ? *",
        "0 0 0 * ? *",
        "0 0 32W * ? *",
        "0 0 L-3 * ? *",
        "0 0 5-* * ? *",
        "0 0 * FOO ? *",
        "0 0 ? * 0 *",
        "0 0 ? * 3#6 *",
        "0 0 ? * 3#1,6#3 *",
        "0 0 * * ? 1969",
        "0 0 * * ? 2026/0",
        "0 0 * * ? 2026-99999999/1",
        "0/0 * * * ? *",
        "٣ * * * ? *",
    ],
)
def test_what_is_no_cron_expression_is_refused(expression: str) -> None:
    with pytest.raises(ValueError, match=r"cron|EventBridge"):
        cron_of(expression)


def test_a_time_that_the_clocks_skip_is_passed_over() -> None:
    # In Berlin, 02:30 does not exist on 29 March 2026.
    after = datetime(2026, 3, 27, 12, tzinfo=UTC)
    assert times("30 2 * * ? *", "Europe/Berlin", after) == [
        "2026-03-28T01:30",
        "2026-03-30T00:30",
        "2026-03-31T00:30",
    ]


def test_a_time_that_the_clocks_repeat_counts_once() -> None:
    # In Berlin, 02:30 comes twice on 25 October 2026: at 00:30 and at 01:30 UTC.
    after = datetime(2026, 10, 25, 0, 0, tzinfo=UTC)
    assert times("30 2 * * ? *", "Europe/Berlin", after, 2) == ["2026-10-25T00:30", "2026-10-26T01:30"]
    between = datetime(2026, 10, 25, 1, 0, tzinfo=UTC)
    assert times("30 2 * * ? *", "Europe/Berlin", between, 1) == ["2026-10-26T01:30"]


def test_a_time_that_never_exists_in_its_zone_is_not_looked_for_without_end() -> None:
    # The second Sunday of March, when New York skips this hour every year.
    assert times("* 2 ? 3 SUN#2 *", "America/New_York") == []


def test_a_rate_counts_whole_periods_from_its_start() -> None:
    rate = rate_of("rate(90 minutes)")
    assert next_rate(rate, START, START) == START + timedelta(minutes=90)
    assert next_rate(rate, START, START - timedelta(days=1)) == START + timedelta(minutes=90)
    assert next_rate(rate, START, START + timedelta(minutes=90)) == START + timedelta(minutes=180)
    assert next_rate(rate_of("1 day"), START, START + timedelta(days=10, hours=3)) == START + timedelta(days=11)
    assert next_rate(rate_of("9999999 days"), START, START) is None


@pytest.mark.parametrize(
    "rate", ["", "5", "0 minutes", "-5 minutes", "1.5 hours", "10 seconds", "1 minutes", "5 minute", "99999999 days"]
)
def test_what_is_no_rate_is_refused(rate: str) -> None:
    with pytest.raises(ValueError, match=r"rate|unit"):
        rate_of(rate)


@pytest.mark.parametrize("zone", ["Mars/Olympus", "utc+1", "../etc/passwd", "", "Local"])
def test_unknown_time_zones_are_refused(zone: str) -> None:
    with pytest.raises(ValueError, match="IANA"):
        zone_of(zone)
