"""Jobs of several steps: what is done of them, and where a run begins that does not begin with the first."""

from datetime import datetime

from nightshift.errors import StateConflictError
from nightshift.job_types import JOB_TYPES
from nightshift.models.job import Job, Resume
from nightshift.models.run import Step
from nightshift.models.status import JobStatus, StepStatus
from nightshift.store.reads import latest_done

OPEN = (JobStatus.WAITING, JobStatus.FAILED)
"""States in which a job goes on when a step of it is finished elsewhere."""


def finished_elsewhere(job: Job, now: datetime) -> Step | None:
    """The step that someone else has finished and from which the job has not gone on yet.

    One that is said to be done without a word of what came of it stands for what it left when it was last done.
    """
    steps = JOB_TYPES[job.type].steps
    name = job.current_step
    if job.status not in OPEN or job.step_status is not StepStatus.DONE:
        return None
    if name is None or name not in steps[:-1] or name == job.ended_after:
        return None
    image = {"image_artifact": job.image_artifact, "image_url": job.image_url}
    output = (job.step_output or {}) | {kind: value for kind, value in image.items() if value}
    before = None if output else latest_done(job.job_id, job.recorded_steps).get(name)
    index = steps.index(name)
    return before or Step(
        name=name, status=StepStatus.DONE, iteration=index, started_at=now, finished_at=now, output=output
    )


def resume_at(job: Job, step: str, finished: Step | None = None) -> Resume | None:
    """What a run is told that is to begin with the step; None if that is the first.

    ``finished`` is a step that was finished elsewhere and is not recorded yet.

    Raises:
        StateConflictError: the step before it is not done.
    """
    steps = JOB_TYPES[job.type].steps
    before = steps[: steps.index(step)]
    if not before:
        return None
    done = latest_done(job.job_id, job.recorded_steps) | ({finished.name: finished} if finished else {})
    if before[-1] not in done:
        raise StateConflictError(f"{step} of job {job.job_id} cannot run: {before[-1]} before it is not done.")
    return Resume(
        iteration=len(before),
        made=len(before),
        artifacts=tuple(artifact for name in before if name in done for artifact in done[name].artifacts),
    )
