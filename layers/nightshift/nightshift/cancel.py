"""A client's wish that a job should not go on."""

from datetime import datetime

from nightshift import transitions
from nightshift.errors import StateConflictError
from nightshift.models.job import Job
from nightshift.models.status import PENDING
from nightshift.store.reads import get_job
from nightshift.store.write import tries


def cancel(tenant_id: str, job_id: str, now: datetime) -> Job:
    """Cancel a pending job at once; ask a running one to stop. Asking twice is asking once.

    Raises:
        NotFoundError: the tenant has no such job.
        StateConflictError: the job has ended.
    """
    for _ in tries():
        job = get_job(tenant_id, job_id)
        if job.is_terminal:
            raise StateConflictError(f"Job {job_id} is {job.status}; only a job that has not ended can be cancelled.")
        if job.status in PENDING:
            changed = transitions.cancel_pending(job, now)
        else:
            changed = job.cancel_requested_at is not None or transitions.ask_to_stop(job, now)
        if changed:
            return get_job(tenant_id, job_id)
    raise StateConflictError(f"Job {job_id} keeps changing; try again.")


def withdraw(tenant_id: str, job_id: str, now: datetime) -> Job:
    """Cancel a job that has not begun.

    Raises:
        NotFoundError: the tenant has no such job.
        StateConflictError: the job is running or has ended.
    """
    for _ in tries():
        job = get_job(tenant_id, job_id)
        if job.status not in PENDING:
            raise StateConflictError(f"Job {job_id} is {job.status}; only a job that waits can be taken back.")
        if transitions.cancel_pending(job, now):
            return job
    raise StateConflictError(f"Job {job_id} keeps changing; try again.")
