"""What the firing of a schedule needs to know about it, taken from moto's backend."""

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, NamedTuple, cast

from moto.scheduler.models import Schedule as StoredSchedule

from dockerless.scheduler.expressions import Expression, parse

# The defaults of AWS: CreateSchedule, RetryPolicy.
MAX_RETRIES = 185
MAX_AGE_SECONDS = 86_400


class ScheduleKey(NamedTuple):
    """What identifies a schedule."""

    account: str
    region: str
    group: str
    name: str


@dataclass(frozen=True, eq=False)
class Schedule:
    """One version of an enabled schedule; a changed schedule is a new object.

    Moments are in UTC. `end` is the last moment at which a recurring schedule may fire.
    """

    key: ScheduleKey
    arn: str
    expression: Expression
    target: dict[str, Any]
    end: datetime | None
    delete_when_done: bool

    @property
    def max_retries(self) -> int:
        return cast(int, self.target["RetryPolicy"]["MaximumRetryAttempts"])

    @property
    def max_age_seconds(self) -> int:
        return cast(int, self.target["RetryPolicy"]["MaximumEventAgeInSeconds"])

    def first(self) -> datetime | None:
        """When the schedule is due for the first time, or None if never."""
        return self._within_dates(self.expression.first())

    def following(self, moment: datetime) -> datetime | None:
        """When the schedule is due next, later than `moment`, or None if never again."""
        return self._within_dates(self.expression.following(moment))

    def _within_dates(self, due: datetime | None) -> datetime | None:
        if due is not None and self.end is not None and self.expression.recurring and due > self.end:
            return None
        return due


def from_stored(key: ScheduleKey, stored: StoredSchedule) -> Schedule:
    """The schedule as it is stored now, complete with AWS's defaults.

    Raises:
        InvalidExpression, InvalidTimezone: as `expressions.parse`.
    """
    retry = {"MaximumRetryAttempts": MAX_RETRIES, "MaximumEventAgeInSeconds": MAX_AGE_SECONDS}
    return Schedule(
        key=key,
        arn=stored.arn,
        expression=parse(
            stored.schedule_expression,
            stored.schedule_expression_timezone,
            created=datetime.fromtimestamp(stored.last_modified_date, UTC),
            start=_moment(stored.start_date),
        ),
        target={**stored.target, "RetryPolicy": retry | (stored.target.get("RetryPolicy") or {})},
        end=_moment(stored.end_date),
        delete_when_done=stored.action_after_completion == "DELETE",
    )


def _moment(epoch_seconds: Any) -> datetime | None:
    return None if epoch_seconds is None else datetime.fromtimestamp(float(epoch_seconds), UTC)
