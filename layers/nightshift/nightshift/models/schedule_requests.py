"""What clients may ask for of schedules."""

from typing import Annotated

from pydantic import AfterValidator, Field, model_validator

from nightshift.models.base import NOT_EMPTY, Request
from nightshift.models.requests import AnyJobRequest, JobRequest
from nightshift.models.schedule import Overlap
from nightshift.recurrence import cron_of, rate_of, zone_of


def _without_run_at(job: JobRequest) -> JobRequest:
    if job.run_at is not None:
        raise ValueError("a schedule's job has no run_at: its time is the schedule's")
    return job


_OVERLAP = "When it is due while its last job has not ended: skip makes none, allow makes another."

Name = Annotated[str, Field(min_length=1, max_length=100)]
ScheduledJob = Annotated[AnyJobRequest, AfterValidator(_without_run_at)]
Cron = Annotated[str, AfterValidator(cron_of)]
Rate = Annotated[str, AfterValidator(rate_of)]
Zone = Annotated[str, AfterValidator(zone_of)]


class Times(Request):
    """When something is due again and again, by exactly one of ``cron`` and ``rate``."""

    cron: Cron | None = Field(default=None, description="Six fields as in EventBridge: 0 8 ? * MON-FRI *")
    rate: Rate | None = Field(default=None, description="Such as 1 hour, 15 minutes; first after one such period.")
    timezone: Zone = Field(default="UTC", description="The IANA zone whose clocks cron goes by.")

    @model_validator(mode="after")
    def _one_kind_of_time(self) -> "Times":
        if (self.cron is None) == (self.rate is None):
            raise ValueError("give exactly one of cron and rate")
        return self


class ScheduleRequest(Times):
    """A job to be made again and again, by exactly one of ``cron`` and ``rate``."""

    name: Name
    job: ScheduledJob = Field(description="As for POST /jobs, without run_at.")
    enabled: bool = True
    overlap: Overlap = Field(default=Overlap.SKIP, strict=False, description=_OVERLAP)


class SchedulePatch(Request):
    """What may be changed of a schedule; what is not sent stays as it is. A cron replaces a rate, and a rate a cron."""

    model_config = NOT_EMPTY

    name: Name = ""
    job: ScheduledJob | None = Field(default=None, description="Takes the place of the whole job.")
    cron: Cron = ""
    rate: Rate = ""
    timezone: Zone = "UTC"
    enabled: bool = True
    overlap: Overlap = Field(default=Overlap.SKIP, strict=False, description=_OVERLAP)

    @model_validator(mode="after")
    def _something(self) -> "SchedulePatch":
        if not self.model_fields_set:
            raise ValueError("name at least one field to change")
        if "job" in self.model_fields_set and self.job is None:
            raise ValueError("a schedule has a job")
        if {"cron", "rate"} <= self.model_fields_set:
            raise ValueError("give at most one of cron and rate")
        return self
