"""Whether what a job made is new."""

import re

from aws_lambda_powertools.event_handler.router import APIGatewayRouter
from pydantic import BaseModel, Field

from nightshift.content.dedup import judge_card
from nightshift.content.records import Card
from nightshift.content.registry import get_record
from nightshift.models.job import Job
from nightshift.store.reads import get_job
from nightshift_http.app import tenant
from nightshift_http.documentation import answers, refusals
from nightshift_http.links import artifact_url, base_url
from nightshift_http.parameters import JobId

router = APIGatewayRouter()

_CARD_FILE = re.compile(r"(RC-[\w-]+)\.json")


class DedupCheck(BaseModel):
    job_id: str
    has_artifact: bool = Field(description="False for a job that made no research card.")
    artifact_path: str | None = Field(description="The card's URL.")
    signal: str | None = Field(description="LOW: new. MEDIUM: related. HIGH: told before.")
    similarity_score: float | None = Field(description="0-1, to the nearest other card.")
    message: str
    nearest_id: str | None = None
    method: str | None = None
    cutoffs: dict[str, float] | None = None


@router.post(
    "/jobs/<job_id>/dedup_check",
    summary="Compare a research job's card with the others",
    operation_id="check_job_for_duplicates",
    tags=["research"],
    responses=answers(200, DedupCheck) | refusals(404, 503),
)
def check(job_id: JobId) -> DedupCheck:
    tenant_id = tenant(router)
    job = get_job(tenant_id, job_id)
    found = _card_of(job)
    if found is None:
        message = "The job is no research job." if job.type != Card.kind else "The job has made no card."
        return DedupCheck(
            job_id=job_id, has_artifact=False, artifact_path=None, signal=None, similarity_score=None, message=message
        )
    card_id, name, run_id = found
    verdict = judge_card(tenant_id, get_record(tenant_id, Card, card_id))
    return DedupCheck(
        job_id=job_id,
        has_artifact=True,
        artifact_path=artifact_url(base_url(router.current_event), job_id, name, run_id),
        signal=verdict.signal,
        similarity_score=verdict.similarity_score,
        message=verdict.message or f"Compared with {verdict.compared} other cards.",
        nearest_id=verdict.nearest_id,
        method=verdict.method,
        cutoffs=verdict.cutoffs,
    )


def _card_of(job: Job) -> tuple[str, str, str] | None:
    """Id, file and run of the card that a research job made."""
    if job.type != Card.kind:
        return None
    for artifact in reversed(job.artifacts):
        if match := _CARD_FILE.fullmatch(artifact.name):
            return match[1], artifact.name, artifact.run_id
    return None
