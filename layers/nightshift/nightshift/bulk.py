"""One wish for many jobs: each is asked for by itself, and one that cannot be granted keeps none of the others."""

from collections.abc import Callable, Set
from dataclasses import dataclass
from datetime import datetime

from nightshift.amend import retry
from nightshift.cancel import cancel
from nightshift.errors import DomainError, NotFoundError, UnreadableError
from nightshift.models.bulk_requests import BulkRequest, BulkRetryRequest
from nightshift.models.job import Job
from nightshift.models.status import TERMINAL, JobStatus
from nightshift.store.listing import JobFilter, list_jobs
from nightshift.store.reads import get_job


@dataclass(frozen=True, slots=True)
class Outcome:
    """``status`` is the job's now, None if the tenant has no such job or it cannot be read; ``refusal`` says why
    nothing was done."""

    job_id: str
    status: JobStatus | None
    refusal: str | None


@dataclass(frozen=True, slots=True)
class Outcomes:
    """``next_token`` leads on where the filter finds more."""

    outcomes: list[Outcome]
    next_token: str | None


def cancel_many(tenant_id: str, wanted: BulkRequest, now: datetime) -> Outcomes:
    """Cancel each as ``cancel`` does; a filter passes over those that have ended.

    Raises:
        InvalidCursorError: the token is not one of this filter's.
    """
    return _each(tenant_id, wanted, frozenset(JobStatus) - TERMINAL, lambda job_id: cancel(tenant_id, job_id, now))


def retry_many(tenant_id: str, wanted: BulkRetryRequest, now: datetime) -> Outcomes:
    """Queue each again as ``retry`` does; a filter passes over those that have not ended, or have completed.

    Raises:
        InvalidCursorError: the token is not one of this filter's.
    """
    again = TERMINAL - {JobStatus.COMPLETED}
    return _each(tenant_id, wanted, again, lambda job_id: retry(tenant_id, job_id, wanted.from_step, now))


def _each(tenant_id: str, wanted: BulkRequest, fitting: Set[JobStatus], act: Callable[[str], Job]) -> Outcomes:
    job_ids, next_token = list(dict.fromkeys(wanted.ids or ())), None
    if wanted.filter is not None:
        asked = JobFilter(tenant_id, **wanted.filter.model_dump())
        page = list_jobs(asked, wanted.limit, wanted.next_token)
        job_ids, next_token = [job.job_id for job in page.jobs if job.status in fitting], page.next_token
    return Outcomes([_one(tenant_id, job_id, act) for job_id in job_ids], next_token)


def _one(tenant_id: str, job_id: str, act: Callable[[str], Job]) -> Outcome:
    try:
        return Outcome(job_id, act(job_id).status, refusal=None)
    except DomainError as refusal:
        return Outcome(job_id, _status(tenant_id, job_id), str(refusal))


def _status(tenant_id: str, job_id: str) -> JobStatus | None:
    try:
        return get_job(tenant_id, job_id).status
    except (NotFoundError, UnreadableError):
        return None
