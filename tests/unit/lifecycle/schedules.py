"""What schedules promise: a job for each of their times and no more, and with overlap skip none beside their last."""

import uuid
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from nightshift.clock import rfc3339
from tests.unit.lifecycle.status import END
from tests.unit.lifecycle.times import due_times

Image = dict[str, Any]

_WISHES = ("enabled", "overlap", "cron", "rate", "since", "deleted_at")
"""What changes by a client's wish only."""


def is_live(schedule: Image) -> bool:
    return bool(schedule["enabled"]) and "deleted_at" not in schedule


def times_of(schedule: Image, until: datetime) -> dict[str, datetime]:
    """Its times since they count, by the id of the job that each makes: that of schedule and time."""
    since = datetime.fromisoformat(schedule["since"])
    expression = f"cron({schedule['cron']})" if "cron" in schedule else f"rate({schedule['rate']})"
    times = due_times(expression, since, since, until)
    return {str(uuid.uuid5(uuid.UUID(schedule["schedule_id"]), time.isoformat())): time for time in times}


class Schedules:
    """The Schedule items as the stream tells of them; ``jobs`` are the model's."""

    def __init__(self, jobs: Mapping[str, Image]) -> None:
        self._jobs = jobs
        self.items: dict[str, Image] = {}

    def live(self) -> list[Image]:
        return [schedule for schedule in self.items.values() if is_live(schedule)]

    def overdue(self, now: datetime) -> list[Image]:
        """Those that are the reconciler's to fire."""
        return [schedule for schedule in self.live() if schedule["due_at"] <= rfc3339(now)]

    def waits_for_last(self, schedule: Image) -> bool:
        """Whether it may make no job now."""
        last = self._jobs.get(schedule.get("last_job_id", ""))
        return schedule["overlap"] == "skip" and last is not None and last["status"] not in END

    def owes(self, schedule: Image, time: datetime, now: datetime) -> bool:
        """Whether the schedule has to make a job if it is told of the time now."""
        unmade = [one for job_id, one in times_of(schedule, now).items() if job_id not in self._jobs]
        decided = self._was_decided(schedule, time) or self.waits_for_last(schedule)
        return is_live(schedule) and time in unmade and not decided

    def leaves_open(self, schedule: Image, time: datetime, now: datetime) -> bool:
        """Whether a time that was told could be told again with another outcome; with allow, its job's id tells."""
        its_own = is_live(schedule) and time in times_of(schedule, now).values()
        return its_own and schedule["overlap"] == "skip" and not self._was_decided(schedule, time)

    @staticmethod
    def _was_decided(schedule: Image, time: datetime) -> bool:
        """Where a time may be passed over, those up to the last are settled, whether a job was made or not."""
        return schedule["overlap"] == "skip" and rfc3339(time) <= schedule.get("last_trigger_at", "")

    def see_job(self, job: Image, now: datetime, client: tuple[str, str] | None) -> None:
        """A job was made of a schedule, which is as it was just before."""
        schedule = self.items[job["schedule_id"]]
        assert not self.waits_for_last(schedule), "made while the last job goes on"
        assert "deleted_at" not in schedule, "made of a schedule that was deleted"
        if client != ("trigger", schedule["schedule_id"]):
            assert is_live(schedule), "made of a schedule that is disabled"
        time = times_of(schedule, now).get(job["job_id"]) if is_live(schedule) else None
        if time is None:
            assert client == ("trigger", schedule["schedule_id"]), "made at none of its times"
        else:
            assert not self._was_decided(schedule, time), "made at a time that was passed over"

    def see(
        self, old: Image | None, new: Image | None, now: datetime, client: tuple[str, str] | None, *, alone: bool
    ) -> None:
        """Take note of a change; ``alone`` if nobody else acted at this moment."""
        assert new, "the item of a schedule is gone"
        assert old == self.items.get(new["schedule_id"]), "the stream skips a change"
        if old and any(old.get(name) != new.get(name) for name in _WISHES):
            assert client == ("schedule", new["schedule_id"]), "nobody wished that"
            assert "deleted_at" not in old, "changed though it was deleted"
        if old and old.get("last_trigger_at") != new.get("last_trigger_at"):
            self._see_time(old, new, now, alone)
        self.items[new["schedule_id"]] = new

    def _see_time(self, old: Image, new: Image, now: datetime, alone: bool) -> None:
        assert new["last_trigger_at"] > old.get("last_trigger_at", "")
        found = [job_id for job_id, time in times_of(old, now).items() if rfc3339(time) == new["last_trigger_at"]]
        assert found, "none of its times"
        if "last_skip" in new:
            assert not alone or self.waits_for_last(old), "passed over for no reason"
        else:
            assert found == [new["last_job_id"]]
            assert self._jobs[new["last_job_id"]]["schedule_id"] == new["schedule_id"]

    def check(self) -> None:
        """What has to hold between any two actions."""
        for schedule in self.items.values():
            assert is_live(schedule) == ("next_trigger_at" in schedule) == ("due_pk" in schedule)
            assert ("tenant_pk" in schedule) == ("deleted_at" not in schedule), "its list shows it otherwise"
            if is_live(schedule):
                coming = datetime.fromisoformat(schedule["next_trigger_at"])
                assert coming in times_of(schedule, coming).values(), "it waits for a time that is none of its own"
