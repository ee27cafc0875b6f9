"""One attempt to deliver one occurrence of a schedule, and the payload it carries."""

import json
import uuid
from dataclasses import dataclass, field
from datetime import UTC, datetime

from dockerless.scheduler.schedule import Schedule


def _new_id() -> str:
    return uuid.uuid4().hex[:16]


@dataclass(frozen=True, eq=False)
class Invocation:
    """One attempt to deliver one occurrence.

    Args:
        schedule: the version of the schedule that was due.
        scheduled_time: when it was due.
        attempt: 1 for the first try.
        first_tried: when the first attempt was made; None until then.
        execution_id: unique for each attempt, as AWS documents it.
    """

    schedule: Schedule
    scheduled_time: datetime
    attempt: int = 1
    first_tried: datetime | None = None
    execution_id: str = field(default_factory=_new_id)

    @property
    def scheduled_time_text(self) -> str:
        """The scheduled time as AWS writes it: to the second, in UTC."""
        return self.scheduled_time.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")

    def again(self, first_tried: datetime) -> "Invocation":
        """The next attempt at the same occurrence."""
        return Invocation(self.schedule, self.scheduled_time, self.attempt + 1, first_tried)

    def payload(self) -> str:
        """The target's input with its context attributes filled in, or AWS's notification if it has no input.

        Source: EventBridge Scheduler user guide, "Adding context attributes".
        """
        text: str | None = self.schedule.target.get("Input")
        if text is None:
            return json.dumps(self._notification())
        attributes = {
            "schedule-arn": self.schedule.arn,
            "scheduled-time": self.scheduled_time_text,
            "execution-id": self.execution_id,
            "attempt-number": str(self.attempt),
        }
        for name, value in attributes.items():
            text = text.replace(f"<aws.scheduler.{name}>", value)
        return text

    def _notification(self) -> dict[str, object]:
        return {
            "version": "0",
            "id": str(uuid.uuid4()),
            "detail-type": "Scheduled Event",
            "source": "aws.scheduler",
            "account": self.schedule.key.account,
            "time": self.scheduled_time_text,
            "region": self.schedule.key.region,
            "resources": [self.schedule.arn],
            "detail": "{}",
        }
