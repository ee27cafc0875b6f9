"""The net under the events: find what was missed, and do what the event would have done."""

import logging
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime
from typing import Any

from nightshift import dispatch, executions, transitions
from nightshift.clients import dynamodb
from nightshift.clock import rfc3339
from nightshift.executions import Execution
from nightshift.finish import LOST, ContendedError, finish
from nightshift.firing import fire_missed
from nightshift.models.job import Job
from nightshift.models.run import Run
from nightshift.models.status import JobStatus
from nightshift.settings import settings
from nightshift.stages import OPEN, finished_elsewhere
from nightshift.store.items import from_item, to_item
from nightshift.store.job_writes import LOOK_AFTER
from nightshift.store.keys import DUE_INDEX
from nightshift.store.listing import JobFilter, Page, list_jobs, token_after
from nightshift.store.reads import find_job, find_run
from nightshift.store.scheduler import tidy

logger = logging.getLogger(__name__)

_PAGE = 100
_MONITORED_AT_MOST = 200


def reconcile(now: datetime, seconds: float = 40, clock: Callable[[], datetime] | None = None) -> dict[str, int]:
    """Heal what is overdue, page by page for as long as ``seconds`` allow; returns how many were looked at.

    ``clock`` is ``dispatch.fill``'s. One job that cannot be healed does not keep the others from it: it is logged,
    and looked at again later.
    """
    began = time.monotonic()
    deadline = began + seconds
    running = 0
    # Each kind leaves those after it some of the time; what runs is due again and again.
    for job_id in _each_overdue(JobStatus.RUNNING, now, began + seconds / 2):
        running += 1
        _look_at(job_id, now)
    due = _each_overdue(JobStatus.SCHEDULED, now, began + seconds * 3 / 4)
    candidates = [candidate for job_id in due if (candidate := _attend(job_id, now))]
    fired = fire_missed(now, deadline)
    resumed = _resume(now, deadline) if settings().job_state_listener else []
    started = dispatch.fill(candidates + fired + resumed, now, clock)
    tidy(now)
    looked_at = {"running": running, "scheduled": len(candidates), "resumed": len(resumed)}
    return looked_at | {"fired": len(fired), "started": len(started)}


def _each_overdue(status: JobStatus, now: datetime, deadline: float) -> Iterator[str]:
    """Ids of the jobs to look at, page by page: whoever was looked at is no longer overdue."""
    seen: set[str] = set()
    while fresh := [job_id for job_id in _overdue(status, now) if job_id not in seen]:
        for job_id in fresh:
            if time.monotonic() > deadline:
                return
            seen.add(job_id)
            yield job_id


def _resume(now: datetime, deadline: float) -> list[Job]:
    """Queue the jobs of which a step was finished elsewhere, and look again later at the others."""
    candidates = []
    for job_id in (job_id for status in OPEN for job_id in _each_overdue(status, now, deadline)):
        if candidate := _attend(job_id, now):
            candidates.append(candidate)
            continue
        with _healing(job_id, now):
            job = find_job(job_id)
            if job and job.status in OPEN:
                # One that has failed, and that nobody has helped, waits for nothing.
                waits = job.status is JobStatus.WAITING or finished_elsewhere(job, now)
                transitions.look_again(job, now + LOOK_AFTER if waits else None)
    return candidates


def _look_at(job_id: str, now: datetime) -> None:
    with _healing(job_id, now):
        job = find_job(job_id)
        if job and job.status is JobStatus.RUNNING:
            check_running(job, now)


def _attend(job_id: str, now: datetime) -> Job | None:
    candidate = None
    with _healing(job_id, now):
        candidate = dispatch.attend(job_id, now)
    return candidate


@contextmanager
def _healing(job_id: str, now: datetime) -> Iterator[None]:
    """Whatever is wrong with the job, its item included, it has had its turn."""
    try:
        yield
    except Exception:
        logger.exception("could not reconcile", extra={"job_id": job_id})
        transitions.put_off(job_id, now)


def check_running(job: Job, now: datetime) -> None:
    """Compare a running job with its execution, and settle what differs."""
    run = find_run(job.job_id, job.run_number)
    if run is None:
        return
    execution = _execution_of(job, run)
    if _has_settled(run, execution, now):
        return
    if execution is None and not dispatch.start_run(run, now):
        return
    if execution and not executions.has_begun(job, run):
        executions.note(run)
    dispatch.stop_if_cancelled(job, run, now)
    transitions.look_again(job, now + LOOK_AFTER)


def _execution_of(job: Job, run: Run) -> Execution | None:
    """How the execution of the job's live run stands; None if it has not begun."""
    found = executions.describe(executions.arn_of(run))
    return LOST if found is None and executions.has_begun(job, run) else found


def _has_settled(run: Run, execution: Execution | None, now: datetime) -> bool:
    """Ends a run whose execution has ended or gone; False if it goes on, has not begun, or was ended by another."""
    return execution is not None and execution.has_ended and finish(run.job_id, run.run_number, execution, now)


def monitor(job: Job, now: datetime) -> Job:
    """The job, after its end was settled if nobody had heard of it. Starts and stops nothing."""
    run = find_run(job.job_id, job.run_number) if job.status is JobStatus.RUNNING else None
    try:
        settled = run is not None and _has_settled(run, _execution_of(job, run), now)
    except ContendedError:
        # Somebody else is at it, or the reconciler will be.
        settled = False
    return (find_job(job.job_id) or job) if settled else job


def monitor_each(wanted: JobFilter, token: str | None, now: datetime, seconds: float = 20) -> Page:
    """A page of the jobs, each as it is after ``monitor``; a shorter one when ``seconds`` are over.

    Raises:
        InvalidCursorError: the token is not one of this listing's.
    """
    deadline = time.monotonic() + seconds
    page = list_jobs(wanted, _MONITORED_AT_MOST, token)
    looked_at: list[Job] = []
    for job in page.jobs:
        if looked_at and time.monotonic() > deadline:
            return Page(looked_at, token_after(wanted, looked_at[-1]))
        looked_at.append(monitor(job, now))
    return Page(looked_at, page.next_token)


def _overdue(status: JobStatus, now: datetime) -> list[str]:
    arguments: dict[str, Any] = {":due": f"DUE#{status}", ":now": rfc3339(now)}
    found = dynamodb().query(
        TableName=settings().table_name,
        IndexName=DUE_INDEX,
        KeyConditionExpression="due_pk = :due AND due_at <= :now",
        ExpressionAttributeValues=to_item(arguments),
        Limit=_PAGE,
    )
    return [from_item(item)["pk"].removeprefix("JOB#") for item in found["Items"]]
