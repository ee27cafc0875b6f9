"""Short words for what the tests of the store do to jobs."""

import uuid
from datetime import UTC, datetime, timedelta

from nightshift import transitions
from nightshift.models.job import Job
from nightshift.models.run import Run
from nightshift.models.status import JobStatus, RunStatus
from nightshift.store.reads import find_job
from nightshift.store.scheduler import read_scheduler

T0 = datetime(2026, 1, 31, 9, 30, tzinfo=UTC)


def at(seconds: float) -> datetime:
    return T0 + timedelta(seconds=seconds)


def unwritten(status: JobStatus = JobStatus.QUEUED, second: float = 0, batch_id: str | None = None) -> Job:
    return Job(
        job_id=str(uuid.uuid4()),
        tenant_id="t",
        type="probe",
        status=status,
        params={"seconds": 0.5},
        run_at=at(60) if status is JobStatus.SCHEDULED else None,
        created_at=at(second),
        updated_at=at(second),
        max_attempts=3,
        timeout_seconds=60,
        batch_id=batch_id,
    )


def new(status: JobStatus = JobStatus.QUEUED, second: float = 0) -> Job:
    job = unwritten(status, second)
    assert transitions.create(job)
    return job


def now(job: Job) -> Job:
    found = find_job(job.job_id)
    assert found
    return found


def claimed(job: Job) -> Run:
    run = transitions.claim(job, read_scheduler(), at(1))
    assert run
    return run


def ended(job: Job, run: Run, status: RunStatus = RunStatus.COMPLETED, retry_at: datetime | None = None) -> bool:
    return transitions.end_run(
        now(job),
        run,
        status,
        at(5),
        exit_code=0,
        error=None,
        artifacts=(),
        carried=(),
        retry_at=retry_at,
        resume=None,
    )
