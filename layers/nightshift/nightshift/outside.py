"""Steps that someone else does: noted on the job, through the API or in the table, and gone on from by themselves.

Whoever comes second changes nothing: going on is one conditional write, and so is the claim that follows it.
"""

import json
import logging
from datetime import datetime

from nightshift import transitions
from nightshift.errors import InvalidRequestError, NotFoundError, StateConflictError, TooLargeError
from nightshift.job_types import JOB_TYPES
from nightshift.log_keys import about
from nightshift.models.job import Job, JobError
from nightshift.models.requests import StepPatch
from nightshift.models.status import ErrorCode, JobStatus, StepStatus
from nightshift.outbound.urls import RefusedUrlError, target_of
from nightshift.settings import settings
from nightshift.stages import OPEN, finished_elsewhere, resume_at
from nightshift.store.items import unstorable
from nightshift.store.job_writes import LOOK_AFTER, put_step, update_job
from nightshift.store.keys import status_keys
from nightshift.store.reads import find_job, get_job
from nightshift.store.write import transact, tries
from nightshift.uploads import require_upload

logger = logging.getLogger(__name__)

_OUTPUT_BYTES_AT_MOST = 64 * 1024


class ContendedError(Exception):
    """The job could not be queued for other writers; the event has to be delivered again."""


def go_on(job: Job, now: datetime) -> Job:
    """Queue the job if a step of it was finished elsewhere, to begin after that; returns it as it then is.

    Raises:
        ContendedError: other writers were in the way each time.
    """
    for attempt in tries():
        if attempt:
            job = find_job(job.job_id) or job
        finished = finished_elsewhere(job, now)
        if finished is None:
            return job
        steps = JOB_TYPES[job.type].steps
        after = steps[steps.index(finished.name) + 1]
        told = about(job) | {"finished": finished.name, "start_at": after}
        if transitions.requeue(job, resume_at(job, after, finished), now, finished=finished):
            logger.info("resumed", extra=told)
            return find_job(job.job_id) or job
        logger.info("not resumed: it has changed since", extra=told)
    raise ContendedError(f"job {job.job_id} could not go on; try again")


def finish_step(tenant_id: str, job_id: str, step: str, wanted: StepPatch, now: datetime) -> Job:
    """Note that a step was done or has failed elsewhere; a job that waited for one that failed has failed.

    Raises:
        NotFoundError: the tenant has no such job, or jobs of its type no such step.
        StateConflictError: the job is neither waiting nor failed.
        InvalidRequestError: nothing follows the step, or its image is none that can be fetched.
        TooLargeError: the output is over 64 KB.
    """
    for _ in tries():
        job = get_job(tenant_id, job_id)
        steps = JOB_TYPES[job.type].steps
        if step not in steps:
            raise NotFoundError(f"A job of type {job.type} has no step {step}; it has {', '.join(steps)}.")
        if job.status not in OPEN:
            raise StateConflictError(f"Job {job_id} is {job.status}; only one that is WAITING or FAILED can be helped.")
        _refuse_unusable(tenant_id, steps, step, wanted)
        if _note_done(job, step, wanted, now) if wanted.status == "done" else _fail(job, step, wanted, now):
            return get_job(tenant_id, job_id)
    raise StateConflictError(f"Job {job_id} keeps changing; try again.")


def _refuse_unusable(tenant_id: str, steps: tuple[str, ...], step: str, wanted: StepPatch) -> None:
    if wanted.status == "done" and step == steps[-1]:
        raise InvalidRequestError(f"Nothing follows {step}, so finishing it elsewhere would change nothing.")
    if len(json.dumps(wanted.output, ensure_ascii=False).encode()) > _OUTPUT_BYTES_AT_MOST:
        raise TooLargeError(f"output is larger than {_OUTPUT_BYTES_AT_MOST // 1024} KB.")
    if wanted.output and (reason := unstorable(wanted.output)):
        raise InvalidRequestError(f"output: {reason}.")
    if wanted.image_artifact:
        require_upload(tenant_id, wanted.image_artifact)
    if wanted.image_url:
        try:
            target_of(wanted.image_url, allow_local=settings().allow_local_targets)
        except RefusedUrlError as error:
            raise InvalidRequestError(f"image_url: {error}.") from error


def _note_done(job: Job, step: str, wanted: StepPatch, now: datetime) -> bool:
    """What follows from it follows by itself, or, while the listener is off, when somebody runs the next stage."""
    said = {
        "current_step": step,
        "step_status": StepStatus.DONE,
        "image_artifact": wanted.image_artifact,
        "image_url": wanted.image_url,
        "step_output": wanted.output,
        "ended_after": None,
    }
    finished = finished_elsewhere(job.model_copy(update=said), now)
    noted = update_job(
        job,
        now,
        values=said | status_keys(job, job.status, now + LOOK_AFTER),
        condition="#status = :seen AND #version = :version",
        where={"seen": job.status, "version": job.version},
    )
    return transact(noted.write, *([put_step(job, finished, job.expires_at)] if finished else []))


def _fail(job: Job, step: str, wanted: StepPatch, now: datetime) -> bool:
    if job.status is JobStatus.FAILED:
        raise StateConflictError(f"Job {job.job_id} has failed already.")
    said = (wanted.output or {}).get("message")
    message = str(said) if said else f"Step {step} failed where it was done."
    return transitions.fail_pending(job, step, JobError(code=ErrorCode.PROVIDER, message=message[-500:]), now)
