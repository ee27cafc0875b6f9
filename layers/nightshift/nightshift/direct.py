"""Direct requests: a job whose client waits for it, and which therefore goes before the queue."""

from datetime import datetime, timedelta

from nightshift import transitions
from nightshift.errors import StateConflictError
from nightshift.idempotency import derived_id
from nightshift.models.job import Job
from nightshift.models.requests import JobRequest
from nightshift.store.reads import find_job
from nightshift.store.reservations import Reservation
from nightshift.store.scheduler import read_scheduler
from nightshift.submit import Submitted, identified, make

KEPT_FOR = timedelta(minutes=10)
"""How long a slot is kept for a job that cannot be claimed yet; after that the job waits as any other."""


def submit_direct(
    tenant_id: str, request: JobRequest, idempotency_key: str | None, correlation_id: str | None, now: datetime
) -> Submitted:
    """Write the job, and in the same transaction reserve a slot for it.

    A tenant has one reservation at a time: it is consumed when the job is claimed, given up when the job ends or is
    put off before, and lapses after ``KEPT_FOR``.

    Raises:
        StateConflictError: another reservation of the tenant is active.
        InvalidRequestError: the key was used for another request.
        TooLargeError: the params are over 64 KB.
    """
    job_id = derived_id(tenant_id, f"direct\n{idempotency_key}") if idempotency_key else None
    job = identified(tenant_id, request, job_id, correlation_id, now)
    reservation = Reservation(
        tenant_id=tenant_id, type=job.type, job_id=job.job_id, reserved_at=now, lapses_at=now + KEPT_FOR
    )

    def write(job: Job) -> bool:
        if transitions.create_direct(job, reservation):
            return True
        active = read_scheduler().reservation_of(tenant_id, now)
        if active and find_job(job.job_id) is None:
            raise StateConflictError(
                f"Job {active.job_id} is a direct request that waits for its slot; there is one at a time. "
                "Wait until it runs or cancel it, or use POST /jobs."
            )
        return False

    return make(job.model_copy(update={"reserved_until": reservation.lapses_at}), write)
