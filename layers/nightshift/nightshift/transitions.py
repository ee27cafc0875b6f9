"""Every change of a job's status: one conditional write each.

Events arrive twice, late and out of order; the condition of each write makes that harmless. A function returns
False (or None) when its condition did not hold: the state has moved on, and the caller reads it again.
"""

import uuid
from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

from nightshift.clients import dynamodb
from nightshift.content.usage import merged, usage_writes
from nightshift.models.batch import Batch
from nightshift.models.job import Artifact, Job, JobError, Resume
from nightshift.models.run import Run
from nightshift.models.status import JobStatus, RunStatus
from nightshift.models.usage import OperationSpent
from nightshift.store import lanes, statistics
from nightshift.store.job_writes import dump, in_batch, put_job, stored, update_job
from nightshift.store.keys import SCHEDULER_KEY, batch_key, job_key, run_key, status_keys
from nightshift.store.reservations import Reservation, give_up, take
from nightshift.store.retention import expire_batch, expire_with, expires_at
from nightshift.store.scheduler import SchedulerState, counters, kept_for
from nightshift.store.tags import change_tags, put_tags
from nightshift.store.write import Update, put_new, transact, transact_with

LOOK_AFTER = timedelta(seconds=45)
"""How long the reconciler leaves a running job alone between two looks."""


def create(job: Job) -> bool:
    """Write a new job, SCHEDULED or QUEUED; False if its id is taken or another transaction was in the way."""
    if job.tags:
        return create_with(job)
    exceptions = dynamodb().exceptions
    try:
        dynamodb().put_item(**put_job(job))
    except exceptions.ConditionalCheckFailedException:
        return False
    return True


def create_with(job: Job, *others: dict[str, Any]) -> bool:
    """Write a new job together with other writes, or nothing; False if its id is taken or a condition did not hold."""
    return transact({"Put": put_job(job)}, *put_tags(job), *others)


def create_batch(batch: Batch, jobs: list[Job]) -> bool:
    """Write a batch and all of its jobs, or nothing; False if its id is taken or a transaction was in the way."""
    record = put_new(batch.model_dump(mode="json") | {"entity": "Batch"}, batch_key(batch.batch_id))
    puts = [{"Put": record}, *({"Put": put_job(job)} for job in jobs)]
    # A tag whose job is not there is passed over, but a job without its tag would not be found.
    return transact_with(puts, [put for job in jobs for put in put_tags(job)])


def create_direct(job: Job, reservation: Reservation) -> bool:
    """Write a new job and reserve a slot for it; False if its id or the tenant's reservation is taken."""
    return create_with(job, take(reservation).write)


def release(job: Job, now: datetime) -> bool:
    """SCHEDULED → QUEUED, once its time has come."""
    lanes.touch(job.tenant_id, job.type, now)
    return update_job(
        job,
        now,
        values={"status": JobStatus.QUEUED, "queued_at": now, "next_attempt_at": None}
        | status_keys(job, JobStatus.QUEUED),
        condition="#status = :scheduled AND #version = :version",
        where={"scheduled": JobStatus.SCHEDULED, "version": job.version},
    ).apply()


def claim(job: Job, scheduler: SchedulerState, now: datetime) -> Run | None:
    """QUEUED → RUNNING with a new run and a slot; None if the job, the slots or the limits have changed.

    A reservation that was made for the job is consumed.
    """
    limits = scheduler.limits(job, now)
    if min(limits.values()) <= 0:
        return None  # the conditions below are met by a counter that does not exist yet
    consumed = scheduler.reserved_for(job, now)
    number = job.run_number + 1
    run = Run(
        # Derived, so that whoever claims this attempt names its execution alike.
        run_id=str(uuid.uuid5(uuid.UUID(job.job_id), f"run {number}")),
        job_id=job.job_id,
        tenant_id=job.tenant_id,
        type=job.type,
        run_number=number,
        attempt=job.attempts + 1,
        status=RunStatus.RUNNING,
        params_snapshot=job.params,
        timeout_seconds=job.timeout_seconds,
        resume=job.resume,
        correlation_id=job.correlation_id,
        started_at=now,
    )
    started = update_job(
        job,
        now,
        values={
            "status": JobStatus.RUNNING,
            "started_at": now,
            "current_run_id": run.run_id,
            "run_number": number,
            "attempts": run.attempt,
            **dict.fromkeys(
                ("current_step", "step_status", "step_started_at", "progress", "error", "exit_code", "finished_at")
            ),
        }
        | status_keys(job, JobStatus.RUNNING, now + LOOK_AFTER),
        # The version, as the job may have been read a while ago, and withdrawn and retried since.
        condition="#status = :queued AND #version = :version",
        where={"queued": JobStatus.QUEUED, "version": job.version},
    )
    slot = Update(
        SCHEDULER_KEY,
        values={consumed.attribute: None} if consumed else {},
        add=dict.fromkeys(counters(job.tenant_id, job.type), 1) | ({"config_version": 1} if consumed else {}),
        condition=" AND ".join(
            ["(attribute_not_exists(#config_version) OR #config_version = :config_version)"]
            + [f"(attribute_not_exists(#{name}) OR #{name} < :{name})" for name in limits]
        ),
        where={"config_version": scheduler.config_version} | limits,
    )
    record = put_new(run.model_dump(mode="json") | {"entity": "Run"}, run_key(job.job_id, number))
    if transact(started.write, {"Put": record}, slot.write, *in_batch(job, now, running=1)):
        return run
    return None


def end_run(
    job: Job,
    run: Run,
    status: RunStatus,
    now: datetime,
    *,
    exit_code: int | None,
    error: JobError | None,
    artifacts: tuple[Artifact, ...],
    carried: tuple[Artifact, ...],
    retry_at: datetime | None,
    resume: Resume | None,
    usage: Sequence[OperationSpent] = (),
    registered: Sequence[dict[str, Any]] = (),
) -> bool:
    """End a live run, free its slot and count it; the job ends too, unless ``retry_at`` schedules another attempt.

    ``carried`` are artifacts that earlier attempts of the job finished, ``usage`` what the run spent on models, and
    ``registered`` the writes that register what it made.
    """
    outcome = {"exit_code": exit_code, "error": error and error.model_dump(mode="json")}
    job_status = JobStatus.SCHEDULED if retry_at else JobStatus(status)
    expires = None if retry_at else expires_at(now)
    ended_job = update_job(
        job,
        now,
        values=outcome
        | {
            "status": job_status,
            "finished_at": None if retry_at else now,
            "next_attempt_at": retry_at,
            "resume": resume and resume.model_dump(mode="json"),
            "artifacts": dump(carried + artifacts),
            "usage": dump(merged([*job.usage, *usage])) or None,
            "expires_at": expires,
        }
        | status_keys(job, job_status, retry_at),
        # The version, because a cancel that came after the job was read decides how the run ends, and because a step
        # recorded since would miss its expiry.
        condition="#status = :running AND #current_run_id = :run_id AND #version = :version",
        where={"running": JobStatus.RUNNING, "run_id": run.run_id, "version": job.version},
    )
    ended_run = Update(
        run_key(run.job_id, run.run_number),
        values=outcome
        | {"status": status, "finished_at": stored(now), "artifacts": dump(artifacts)}
        | {"usage": dump(usage) or None, "expires_at": expires},
        condition="#status = :running",
        where={"running": RunStatus.RUNNING},
    )
    freed = dict.fromkeys(counters(job.tenant_id, job.type), -1)
    counted = statistics.run_ended(status)
    outcome_in_batch = {} if retry_at else {status.lower(): 1}
    writes = [
        ended_job.write,
        ended_run.write,
        Update(SCHEDULER_KEY, add=freed | counted).write,
        statistics.count_for(job.tenant_id, counted),
        *in_batch(job, now, running=-1, **outcome_in_batch),
        *usage_writes(run, usage, now),
    ]
    if retry_at:
        return transact_with(writes, registered)
    expiries = expire_with(job, expires, but=run_key(run.job_id, run.run_number))
    return _end(job, writes, now, [*registered, *expiries])


def cancel_pending(job: Job, now: datetime) -> bool:
    """SCHEDULED, QUEUED or WAITING → CANCELLED."""
    cancelled = update_job(
        job,
        now,
        values={
            "status": JobStatus.CANCELLED,
            "cancel_requested_at": now,
            "finished_at": now,
            "next_attempt_at": None,
            "expires_at": (expires := expires_at(now)),
        }
        | status_keys(job, JobStatus.CANCELLED),
        condition="#status = :seen AND #version = :version",
        where={"seen": job.status, "version": job.version},
    )
    writes = [
        cancelled.write,
        give_up(kept_for(job, now), statistics.JOB_CANCELLED).write,
        statistics.count_for(job.tenant_id, statistics.JOB_CANCELLED),
        *in_batch(job, now, cancelled=1),
    ]
    return _end(job, writes, now, expire_with(job, expires))


def amend(job: Job, changes: dict[str, Any], status: JobStatus, now: datetime) -> bool:
    """Change a pending job as a client asked; a changed ``run_at`` may move it into the queue or out of it."""
    amended = job.model_copy(update=changes)
    if status is JobStatus.QUEUED:
        lanes.touch(job.tenant_id, job.type, now)
    due_at = amended.release_at if status is JobStatus.SCHEDULED else None
    queued_at = (job.queued_at or now) if status is JobStatus.QUEUED else None
    amendment = update_job(
        job,
        now,
        values={name: getattr(amended, name) for name in changes}
        | {"status": status, "queued_at": queued_at}
        | status_keys(amended, status, due_at),
        condition="#status = :seen AND #version = :version",
        where={"seen": job.status, "version": job.version},
    )
    # Whoever puts a direct request off does not wait for it any more.
    reservation = kept_for(job, now) if status is JobStatus.SCHEDULED else None
    beside = [give_up(reservation, {}).write] if reservation else []
    beside += change_tags(job, amended.tags)
    return transact(amendment.write, *beside) if beside else amendment.apply()


def requeue(job: Job, resume: Resume | None, now: datetime) -> bool:
    """FAILED, CANCELLED or SKIPPED → QUEUED by a client's wish, with one more attempt granted if none was left."""
    lanes.touch(job.tenant_id, job.type, now)
    ended = ("finished_at", "cancel_requested_at", "error", "exit_code", "run_at", "reserved_until", "expires_at")
    queued = update_job(
        job,
        now,
        values={
            "status": JobStatus.QUEUED,
            "queued_at": now,
            "max_attempts": max(job.max_attempts, job.attempts + 1),
            "resume": resume and resume.model_dump(mode="json"),
            **dict.fromkeys(ended),
        }
        | status_keys(job, JobStatus.QUEUED),
        condition="#status = :seen AND #version = :version",
        where={"seen": job.status, "version": job.version},
    )
    return transact_with([queued.write, *in_batch(job, now, **{job.status.lower(): -1})], expire_with(job, None))


def ask_to_stop(job: Job, now: datetime) -> bool:
    """Set the flag that the worker and the dispatcher of a running job obey."""
    return update_job(
        job,
        now,
        values={"cancel_requested_at": now},
        condition="#status = :running AND attribute_not_exists(#cancel_requested_at)",
        where={"running": JobStatus.RUNNING},
    ).apply()


def look_again_later(job: Job, now: datetime) -> None:
    """Tell the reconciler when to look at a running job next."""
    Update(
        job_key(job.job_id),
        values=status_keys(job, JobStatus.RUNNING, now + LOOK_AFTER),
        condition="#status = :running AND #current_run_id = :run_id",
        where={"running": JobStatus.RUNNING, "run_id": job.current_run_id},
    ).apply()


def _end(job: Job, writes: list[dict[str, Any]], now: datetime, beside: list[dict[str, Any]]) -> bool:
    """Write a job's end, and beside it what it made and when all that hangs on it expires."""
    ended = transact_with(writes, beside)
    if ended:
        expire_batch(job, now)
    return ended
