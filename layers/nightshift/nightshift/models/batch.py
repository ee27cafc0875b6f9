"""A batch: jobs that were made together and are counted together."""

from enum import StrEnum

from nightshift.models.base import Model, Timestamp
from nightshift.models.webhook import Webhook


class BatchStatus(StrEnum):
    QUEUED = "queued"
    RUNNING = "running"
    SUCCEEDED = "succeeded"
    PARTIAL = "partial"
    FAILED = "failed"
    CANCELLED = "cancelled"


class Batch(Model):
    """The Batch item of the table. Its counters change in the same transactions as its jobs."""

    batch_id: str
    tenant_id: str
    job_ids: tuple[str, ...]
    request_hash: str | None = None
    webhook: Webhook | None = None
    created_at: Timestamp
    running: int = 0
    completed: int = 0
    failed: int = 0
    cancelled: int = 0
    skipped: int = 0
    version: int = 1

    @property
    def ended(self) -> int:
        return self.completed + self.failed + self.cancelled + self.skipped

    @property
    def waiting(self) -> int:
        """Members that are neither running nor have ended."""
        return len(self.job_ids) - self.running - self.ended

    @property
    def status(self) -> BatchStatus:
        if self.ended < len(self.job_ids):
            return BatchStatus.RUNNING if self.running or self.ended else BatchStatus.QUEUED
        if (self.failed or self.cancelled) and self.completed:
            return BatchStatus.PARTIAL
        if self.failed:
            return BatchStatus.FAILED
        return BatchStatus.CANCELLED if self.cancelled == len(self.job_ids) else BatchStatus.SUCCEEDED
