"""What becomes of a job that has no run: released, changed, taken back, given up, queued again."""

from datetime import datetime
from typing import Any

from nightshift.models.article import ArticleStatus
from nightshift.models.job import Job, JobError, Resume
from nightshift.models.run import Step
from nightshift.models.status import JobStatus, StepStatus
from nightshift.store import articles, lanes, statistics
from nightshift.store.expiry import expires_at
from nightshift.store.job_writes import OF_A_STEP, due_at, in_batch, put_step, update_job
from nightshift.store.keys import behind_all, job_key, outside_step_key, status_keys
from nightshift.store.reservations import give_up
from nightshift.store.retention import expire_with
from nightshift.store.scheduler import kept_for
from nightshift.store.tags import change_tags
from nightshift.store.write import Update, transact, transact_with
from nightshift.transitions.ending import end


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


def amend(job: Job, changes: dict[str, Any], status: JobStatus, now: datetime) -> bool:
    """Change a pending job as a client asked; a changed ``run_at`` may move it into the queue or out of it."""
    amended = job.model_copy(update=changes)
    if status is JobStatus.QUEUED:
        lanes.touch(job.tenant_id, job.type, now)
    queued_at = (job.queued_at or now) if status is JobStatus.QUEUED else None
    amendment = update_job(
        job,
        now,
        values={name: getattr(amended, name) for name in changes}
        | {"status": status, "queued_at": queued_at}
        | status_keys(amended, status, due_at(amended, status, now)),
        condition="#status = :seen AND #version = :version",
        where={"seen": job.status, "version": job.version},
    )
    # Whoever puts a direct request off does not wait for it any more.
    reservation = kept_for(job, now) if status is JobStatus.SCHEDULED else None
    beside = [give_up(reservation, {}).write] if reservation else []
    beside += change_tags(job, amended.tags)
    return transact(amendment.write, *beside) if beside else amendment.apply()


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
        *articles.follow(job, ArticleStatus.FAILED, now),
    ]
    return end(job, writes, now, expire_with(job, expires))


def fail_pending(job: Job, step: str, error: JobError, now: datetime) -> bool:
    """WAITING → FAILED, because the step that the job waits for has failed elsewhere."""
    failed = update_job(
        job,
        now,
        values={
            "status": JobStatus.FAILED,
            "finished_at": now,
            "current_step": step,
            "step_status": StepStatus.FAILED,
            "error": error,
            "expires_at": (expires := expires_at(now)),
        }
        | status_keys(job, JobStatus.FAILED),
        condition="#status = :waiting AND #version = :version",
        where={"waiting": JobStatus.WAITING, "version": job.version},
    )
    return end(job, [failed.write, *in_batch(job, now, failed=1)], now, expire_with(job, expires))


def put_last(job_id: str) -> bool:
    """Have a queued item that is no job stand behind all of its lane that are; False if it does so already."""
    position = behind_all(job_id)
    return Update(
        job_key(job_id),
        values={"queue_sk": position},
        condition="attribute_exists(#queue_pk) AND #queue_sk < :last",
        where={"last": position},
    ).apply()


def requeue(
    job: Job,
    resume: Resume | None,
    now: datetime,
    *,
    status: JobStatus = JobStatus.QUEUED,
    finished: Step | None = None,
) -> bool:
    """WAITING or ended → QUEUED, to go on at ``resume``, with one more attempt granted if none was left.

    ``finished`` is a step that was finished elsewhere and is recorded by this. A job whose first step is another's to
    do becomes WAITING instead, if that is the ``status`` asked for. An ended job whose article was deleted, or has
    another job by now, stays ended.
    """
    if status is JobStatus.QUEUED:
        lanes.touch(job.tenant_id, job.type, now)
    ended = ("finished_at", "cancel_requested_at", "error", "exit_code", "run_at", "reserved_until", "expires_at")
    condition, where = "#status = :seen AND #version = :version", {"seen": job.status, "version": job.version}
    if finished:
        # Whoever writes to the table by hand does not count the version.
        condition += " AND #current_step = :step AND #step_status = :done"
        where |= {"step": finished.name, "done": StepStatus.DONE}
    queued = update_job(
        job,
        now,
        values={
            "status": status,
            "queued_at": now if status is JobStatus.QUEUED else None,
            "max_attempts": max(job.max_attempts, job.attempts + 1),
            "resume": resume and resume.model_dump(mode="json"),
            **dict.fromkeys(ended if status is JobStatus.QUEUED else ended + OF_A_STEP),
        }
        | status_keys(job, status, due_at(job, status, now)),
        condition=condition,
        where=where,
    )
    writes = [queued.write, *([put_step(job, finished, None)] if finished else [])]
    if not job.is_terminal:
        return transact(*writes)
    recorded = outside_step_key(job.job_id, job.run_number, finished.name) if finished else None
    lasting = expire_with(job, None, but=recorded)
    following = articles.follow(job, ArticleStatus.RUNNING, now)
    if job.article_id and not following:
        return False
    writes += [*in_batch(job, now, **{job.status.lower(): -1}), *following]
    return transact_with(writes, lasting)
