"""The life of a run: claimed with its slot, asked to stop, ended."""

import uuid
from collections.abc import Sequence
from datetime import datetime
from typing import Any

from nightshift.clock import rfc3339
from nightshift.content.usage import merged, usage_writes
from nightshift.models.article import ArticleStatus
from nightshift.models.job import Artifact, Job, JobError, Resume
from nightshift.models.run import Run
from nightshift.models.status import JobStatus, RunStatus, StepStatus
from nightshift.models.usage import OperationSpent
from nightshift.store import articles, statistics
from nightshift.store.expiry import expires_at
from nightshift.store.job_writes import LOOK_AFTER, OF_A_STEP, due_at, dump, in_batch, stored, update_job
from nightshift.store.keys import SCHEDULER_KEY, job_key, run_key, status_keys
from nightshift.store.retention import expire_with
from nightshift.store.scheduler import SchedulerState, counters
from nightshift.store.write import Update, put_new, transact, transact_with
from nightshift.transitions.ending import end


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
        params_snapshot=job.params | (job.resume.overrides if job.resume else {}),
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
            **dict.fromkeys((*OF_A_STEP, "progress", "error", "exit_code", "finished_at")),
        }
        | status_keys(job, JobStatus.RUNNING, due_at(job, JobStatus.RUNNING, now)),
        # The version, as the job may have been read a while ago, and withdrawn and retried since.
        condition="#status = :queued AND #version = :version",
        where={"queued": JobStatus.QUEUED, "version": job.version},
    )
    slot = Update(
        SCHEDULER_KEY,
        # Noted with the first claim: what was started by its deployment's parameter stays so when that is changed.
        values={"scheduler_running": scheduler.scheduler_running} | ({consumed.attribute: None} if consumed else {}),
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
    waits: bool = False,
    usage: Sequence[OperationSpent] = (),
    registered: Sequence[dict[str, Any]] = (),
) -> bool:
    """End a live run, free its slot and count it; the job ends too, unless ``retry_at`` schedules another attempt.

    A job that ``waits`` is WAITING then: its run was to do one step, and others are still to be done.

    ``carried`` are artifacts that earlier attempts of the job finished, ``usage`` what the run spent on models, and
    ``registered`` the writes that register what it made.
    """
    outcome = {"exit_code": exit_code, "error": error and error.model_dump(mode="json")}
    job_status = JobStatus.SCHEDULED if retry_at else JobStatus.WAITING if waits else JobStatus(status)
    goes_on = retry_at is not None or waits
    expires = None if goes_on else expires_at(now)
    ended_job = update_job(
        job,
        now,
        values=outcome
        | {
            "status": job_status,
            "finished_at": None if goes_on else now,
            "next_attempt_at": retry_at,
            "resume": resume and resume.model_dump(mode="json"),
            "artifacts": dump(carried + artifacts),
            "usage": dump(merged([*job.usage, *usage])) or None,
            "expires_at": expires,
            "ended_after": job.current_step if job.step_status is StepStatus.DONE else None,
        }
        | status_keys(job, job_status, retry_at or due_at(job, job_status, now)),
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
    outcome_in_batch = {} if goes_on else {status.lower(): 1}
    writes = [
        ended_job.write,
        ended_run.write,
        Update(SCHEDULER_KEY, add=freed | counted).write,
        statistics.count_for(job.tenant_id, counted),
        *in_batch(job, now, running=-1, **outcome_in_batch),
        *usage_writes(run, usage, now),
    ]
    if goes_on:
        return transact_with(writes, [*registered, *expire_with(job, None)])
    written = ArticleStatus.COMPLETED if status is RunStatus.COMPLETED else ArticleStatus.FAILED
    writes += articles.follow(job, written, now)
    expiries = expire_with(job, expires, but=run_key(run.job_id, run.run_number))
    return end(job, writes, now, [*registered, *expiries])


def ask_to_stop(job: Job, now: datetime) -> bool:
    """Set the flag that the worker and the dispatcher of a running job obey."""
    return update_job(
        job,
        now,
        values={"cancel_requested_at": now},
        condition="#status = :running AND attribute_not_exists(#cancel_requested_at)",
        where={"running": JobStatus.RUNNING},
    ).apply()


def look_again(job: Job, at: datetime | None) -> None:
    """Tell the reconciler when to look at the job next, or never, while its status and run are what they were."""
    Update(
        job_key(job.job_id),
        values=status_keys(job, job.status, at),
        condition="#status = :seen" + (" AND #current_run_id = :run_id" if job.current_run_id else ""),
        where={"seen": job.status} | ({"run_id": job.current_run_id} if job.current_run_id else {}),
    ).apply()


def put_off(job_id: str, now: datetime) -> None:
    """Have the reconciler look at an overdue job later: of one that cannot be read nothing but its id is known."""
    Update(
        job_key(job_id),
        values={"due_at": rfc3339(now + LOOK_AFTER)},
        condition="#due_at <= :now",
        where={"now": rfc3339(now)},
    ).apply()
