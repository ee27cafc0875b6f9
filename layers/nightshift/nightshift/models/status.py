"""The states of a job and of a run, and the groups in which the rules speak of them."""

from enum import StrEnum


class JobStatus(StrEnum):
    SCHEDULED = "SCHEDULED"
    QUEUED = "QUEUED"
    WAITING = "WAITING"
    RUNNING = "RUNNING"
    COMPLETED = "COMPLETED"
    FAILED = "FAILED"
    CANCELLED = "CANCELLED"
    SKIPPED = "SKIPPED"


class RunStatus(StrEnum):
    RUNNING = "RUNNING"
    COMPLETED = "COMPLETED"
    FAILED = "FAILED"
    CANCELLED = "CANCELLED"
    SKIPPED = "SKIPPED"


class StepStatus(StrEnum):
    QUEUED = "queued"
    RUNNING = "running"
    DONE = "done"
    FAILED = "failed"


TERMINAL = frozenset({JobStatus.COMPLETED, JobStatus.FAILED, JobStatus.CANCELLED, JobStatus.SKIPPED})
PENDING = frozenset({JobStatus.SCHEDULED, JobStatus.QUEUED, JobStatus.WAITING})


class ErrorCode(StrEnum):
    """Why an attempt failed. A retry helps against some of them only."""

    INPUT = "input"
    PROVIDER = "provider"
    TIMEOUT = "timeout"
    DISK = "disk"
    CRASH = "crash"
    LOST = "lost"
    THROTTLED = "throttled"
    CANCELLED = "cancelled"


RETRYABLE = frozenset({ErrorCode.CRASH, ErrorCode.TIMEOUT, ErrorCode.PROVIDER, ErrorCode.LOST, ErrorCode.THROTTLED})
