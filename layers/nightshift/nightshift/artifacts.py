"""Finding and handing out the files that runs made."""

from nightshift.clients import s3
from nightshift.errors import NotFoundError
from nightshift.models.job import Artifact, Job
from nightshift.settings import settings
from nightshift.store.reads import get_run

URL_SECONDS = 300


def artifacts_of(job: Job, run_id: str | None) -> tuple[Artifact, ...]:
    """The job's artifacts, or those of one of its runs.

    Raises:
        NotFoundError: the job has no such run.
    """
    return get_run(job, run_id).artifacts if run_id else job.artifacts


def presigned_url(job: Job, name: str, run_id: str | None) -> str:
    """A URL that serves the artifact for five minutes.

    Raises:
        NotFoundError: there is no such artifact.
    """
    for artifact in artifacts_of(job, run_id):
        if artifact.name == name:
            key = f"{job.tenant_id}/{job.job_id}/{artifact.run_id}/artifacts/{name}"
            where = {"Bucket": settings().bucket_name, "Key": key}
            return s3().generate_presigned_url("get_object", Params=where, ExpiresIn=URL_SECONDS)
    raise NotFoundError(f"Job {job.job_id} has no artifact {name}.")
