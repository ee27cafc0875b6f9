"""When schedules are due."""

from datetime import UTC, datetime, timedelta

import pytest

from dockerless.scheduler.expressions import InvalidExpression, InvalidTimezone, parse

CREATED = datetime(2026, 1, 1, 0, 0, tzinfo=UTC)  # a Thursday


def occurrences(
    expression: str,
    timezone: str = "UTC",
    *,
    created: datetime = CREATED,
    start: datetime | None = None,
    count: int = 3,
) -> list[str]:
    """The first occurrences as UTC text."""
    parsed = parse(expression, timezone, created=created, start=start)
    due = parsed.first()
    found: list[str] = []
    while due is not None and len(found) < count:
        found.append(f"{due:%Y-%m-%dT%H:%M:%S}")
        due = parsed.following(due)
    return found


CRON_CASES = {
    "cron(0/15 * * * ? *)": ["2026-01-01T00:15", "2026-01-01T00:30", "2026-01-01T00:45"],
    "cron(10-50/20 8 * * ? *)": ["2026-01-01T08:10", "2026-01-01T08:30", "2026-01-01T08:50"],
    "cron(50-10/10 8 1 1 ? 2026)": ["2026-01-01T08:00", "2026-01-01T08:10", "2026-01-01T08:50"],
    "cron(5,35 14 * * ? *)": ["2026-01-01T14:05", "2026-01-01T14:35", "2026-01-02T14:05"],
    "cron(0 18 ? * MON-FRI *)": ["2026-01-01T18:00", "2026-01-02T18:00", "2026-01-05T18:00"],
    "cron(0 0 ? * fri-mon *)": ["2026-01-02T00:00", "2026-01-03T00:00", "2026-01-04T00:00"],
    "cron(0 8 1 * ? *)": ["2026-01-01T08:00", "2026-02-01T08:00", "2026-03-01T08:00"],
    "cron(0 0 1/10 FEB ? *)": ["2026-02-01T00:00", "2026-02-11T00:00", "2026-02-21T00:00"],
    "cron(0 0 31 * ? *)": ["2026-01-31T00:00", "2026-03-31T00:00", "2026-05-31T00:00"],
    "cron(0 0 29 2 ? *)": ["2028-02-29T00:00", "2032-02-29T00:00", "2036-02-29T00:00"],
    "cron(0 10 L * ? *)": ["2026-01-31T10:00", "2026-02-28T10:00", "2026-03-31T10:00"],
    # 31 January and 28 February 2026 are Saturdays.
    "cron(0 10 LW * ? *)": ["2026-01-30T10:00", "2026-02-27T10:00", "2026-03-31T10:00"],
    # 3 January is a Saturday, 3 May a Sunday.
    "cron(0 10 3W 1,5 ? *)": ["2026-01-02T10:00", "2026-05-04T10:00", "2027-01-04T10:00"],
    # 1 August 2026 is a Saturday: the closest weekday of the same month is the Monday.
    "cron(0 10 1W 8 ? *)": ["2026-08-03T10:00", "2027-08-02T10:00", "2028-08-01T10:00"],
    "cron(0 12 31W * ? *)": ["2026-01-30T12:00", "2026-03-31T12:00", "2026-05-29T12:00"],
    "cron(15 10 ? * 6L 2026-2027)": ["2026-01-30T10:15", "2026-02-27T10:15", "2026-03-27T10:15"],
    "cron(0 0 ? * TUE#2 *)": ["2026-01-13T00:00", "2026-02-10T00:00", "2026-03-10T00:00"],
    "cron(0 0 ? * 3#5 *)": ["2026-03-31T00:00", "2026-06-30T00:00", "2026-09-29T00:00"],
    "cron(0 0 ? * L *)": ["2026-01-03T00:00", "2026-01-10T00:00", "2026-01-17T00:00"],
    "cron(0 0 ? * 1 *)": ["2026-01-04T00:00", "2026-01-11T00:00", "2026-01-18T00:00"],
    "cron(0 0 1 1 ? 2026/2)": ["2028-01-01T00:00", "2030-01-01T00:00", "2032-01-01T00:00"],
    "cron(0 0 * * ? 2020)": [],
    "cron(0 0 31 2 ? *)": [],
}


@pytest.mark.parametrize(("expression", "expected"), CRON_CASES.items(), ids=CRON_CASES)
def test_cron(expression: str, expected: list[str]) -> None:
    assert occurrences(expression) == [f"{due}:00" for due in expected]


@pytest.mark.parametrize(
    "expression",
    [
        "",
        "invalid",
        "at(2026-01-01)",
        "at(2026-01-01T00:00:00Z)",
        "at(2026-02-30T00:00:00)",
        "at(2026-01-01T25:00:00)",
        "rate()",
        "rate(10)",
        "rate(0 minutes)",
        "rate(-10 minutes)",
        "rate(1.5 hours)",
        "rate(10 seconds)",
        "rate(10 minutess)",
        "rate(10 weeks)",
        "rate(99999999999 days)",
        "cron()",
        "cron(0 0 * * ?)",
        "cron(0 0 * * ? * *)",
        "cron(0 0 * * * *)",
        "cron(0 0 ? * ? *)",
        "cron(60 0 * * ? *)",
        "cron(0 24 * * ? *)",
        "cron(0 0 0 * ? *)",
        "cron(0 0 32 * ? *)",
        "cron(0 0 32W * ? *)",
        "cron(0 0 * 13 ? *)",
        "cron(0 0 * FOO ? *)",
        "cron(0 0 ? * 0 *)",
        "cron(0 0 ? * 8 *)",
        "cron(0 0 ? * 3#6 *)",
        "cron(0 0 ? * 3#1,6#3 *)",
        "cron(0 0 * * ? 1969)",
        "cron(0 0 * * ? 2200)",
        "cron(0/0 * * * ? *)",
        "cron(1- * * * ? *)",
        "cron(, * * * ? *)",
        "cron(? * * * ? *)",
    ],
)
def test_invalid_expressions_are_refused(expression: str) -> None:
    with pytest.raises(InvalidExpression):
        parse(expression, None, created=CREATED)


@pytest.mark.parametrize("timezone", ["Mars/Olympus", "utc+1", "../etc/passwd", "Local"])
def test_unknown_time_zones_are_refused(timezone: str) -> None:
    with pytest.raises(InvalidTimezone):
        parse("rate(1 minute)", timezone, created=CREATED)


def test_at_is_read_in_its_time_zone() -> None:
    assert occurrences("at(2026-11-20T13:00:00)", "America/Los_Angeles") == ["2026-11-20T21:00:00"]
    assert occurrences("at(2026-07-01T09:00:30)", "Asia/Seoul") == ["2026-07-01T00:00:30"]


def test_at_in_the_past_is_still_due_and_ignores_the_start_date() -> None:
    start = CREATED + timedelta(days=1)
    assert occurrences("at(2020-01-01T00:00:00)", start=start) == ["2020-01-01T00:00:00"]


def test_rate_begins_when_the_schedule_is_made() -> None:
    expected = ["2026-01-01T00:00:00", "2026-01-01T00:05:00", "2026-01-01T00:10:00"]
    assert occurrences("rate(5 minutes)") == expected


def test_rate_is_counted_from_its_start_date() -> None:
    coming = occurrences("rate(1 day)", start=datetime(2026, 1, 3, 6, 30, tzinfo=UTC), count=2)
    assert coming == ["2026-01-03T06:30:00", "2026-01-04T06:30:00"]
    past = occurrences("rate(2 hours)", start=datetime(2025, 12, 31, 21, 15, tzinfo=UTC), count=2)
    assert past == ["2026-01-01T01:15:00", "2026-01-01T03:15:00"]


def test_rate_skips_what_was_missed_and_keeps_its_phase() -> None:
    rate = parse("rate(10 minutes)", None, created=CREATED)
    late = CREATED + timedelta(hours=5, minutes=3)
    assert rate.following(late) == CREATED + timedelta(hours=5, minutes=10)


def test_rate_longer_than_time_itself_is_due_once() -> None:
    assert occurrences("rate(4000000 days)") == ["2026-01-01T00:00:00"]


def test_a_day_of_a_rate_is_24_hours_when_the_clocks_change() -> None:
    before = datetime(2026, 3, 8, 0, 0, tzinfo=UTC)
    days = occurrences("rate(1 days)", "America/New_York", created=before, count=2)
    assert days == ["2026-03-08T00:00:00", "2026-03-09T00:00:00"]


def test_cron_may_be_due_at_its_start_date() -> None:
    start = datetime(2026, 1, 5, 8, 0, tzinfo=UTC)
    assert occurrences("cron(0 8 * * ? *)", start=start, count=1) == ["2026-01-05T08:00:00"]


def test_cron_follows_the_clocks_of_its_zone() -> None:
    before = datetime(2026, 3, 7, 0, 0, tzinfo=UTC)
    # 08:30 in New York is 13:30 UTC in winter and 12:30 UTC in summer.
    mornings = occurrences("cron(30 8 * * ? *)", "America/New_York", created=before)
    assert mornings == ["2026-03-07T13:30:00", "2026-03-08T12:30:00", "2026-03-09T12:30:00"]


def test_cron_skips_a_time_that_does_not_exist() -> None:
    before = datetime(2026, 3, 7, 0, 0, tzinfo=UTC)
    # On 8 March the clocks of Los Angeles go from 01:59 to 03:00.
    nights = occurrences("cron(30 2 * * ? *)", "America/Los_Angeles", created=before)
    assert nights == ["2026-03-07T10:30:00", "2026-03-09T09:30:00", "2026-03-10T09:30:00"]


def test_cron_runs_once_in_the_hour_that_is_repeated() -> None:
    before = datetime(2026, 10, 31, 12, 0, tzinfo=UTC)
    # On 1 November the clocks of Los Angeles go from 01:59 (UTC-7) back to 01:00 (UTC-8).
    nights = occurrences("cron(30 1 * * ? *)", "America/Los_Angeles", created=before)
    assert nights == ["2026-11-01T08:30:00", "2026-11-02T09:30:00", "2026-11-03T09:30:00"]


def test_cron_made_within_the_repeated_hour_waits_for_the_next_day() -> None:
    second_pass = datetime(2026, 11, 1, 9, 10, tzinfo=UTC)  # 01:10 for the second time
    nights = occurrences("cron(30 1 * * ? *)", "America/Los_Angeles", created=second_pass, count=1)
    assert nights == ["2026-11-02T09:30:00"]


def test_cron_of_a_zone_with_a_half_hour_change() -> None:
    before = datetime(2026, 4, 4, 0, 0, tzinfo=UTC)
    # Lord Howe Island falls back by half an hour on 5 April, from UTC+11 to UTC+10:30.
    noons = occurrences("cron(0 12 * * ? *)", "Australia/Lord_Howe", created=before, count=3)
    assert noons == ["2026-04-04T01:00:00", "2026-04-05T01:30:00", "2026-04-06T01:30:00"]
