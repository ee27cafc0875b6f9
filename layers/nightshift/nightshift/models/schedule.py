"""A schedule: a job that is made again and again."""

from enum import StrEnum
from typing import Any

from nightshift.models.base import Model, Timestamp
from nightshift.models.webhook import Webhook


class Overlap(StrEnum):
    """What a schedule does when it is due while its last job has not ended."""

    ALLOW = "allow"
    SKIP = "skip"


class Skip(StrEnum):
    """Why a time of a schedule made no job."""

    UNFINISHED = "its last job has not ended"
    TENANT_DISABLED = "its tenant is disabled"


class Schedule(Model):
    """The Schedule item of the table. ``job`` is what was asked for, but the webhook, which is kept as on a job.

    ``since`` is when its times began to count: it was made, enabled, or given other times. ``revision`` grows with
    every change that EventBridge Scheduler has to follow, ``version`` with every change. ``last_skip`` is why the last
    time that was decided on made no job. One that was deleted stays
    for a while, so that what is still under way for it finds out.
    """

    schedule_id: str
    tenant_id: str
    name: str
    job: dict[str, Any]
    webhook: Webhook | None = None
    cron: str | None = None
    rate: str | None = None
    timezone: str = "UTC"
    enabled: bool = True
    overlap: Overlap = Overlap.SKIP
    since: Timestamp
    next_trigger_at: Timestamp | None = None
    last_trigger_at: Timestamp | None = None
    last_job_id: str | None = None
    last_skip: Skip | None = None
    request_hash: str | None = None
    created_at: Timestamp
    updated_at: Timestamp
    deleted_at: Timestamp | None = None
    revision: int = 1
    version: int = 1

    @property
    def is_live(self) -> bool:
        """Whether its times count."""
        return self.enabled and self.deleted_at is None

    @property
    def expression(self) -> str:
        """As EventBridge Scheduler wants it."""
        return f"cron({self.cron})" if self.cron else f"rate({self.rate})"
