"""Opening what was written for an article."""

from dataclasses import dataclass

from nightshift.clients import s3
from nightshift.errors import NotFoundError, StateConflictError
from nightshift.models.article import Article, ArticleStatus
from nightshift.settings import settings
from nightshift.store.reads import find_job

_GONE = "The files of article {} are no longer kept."


@dataclass(frozen=True, slots=True)
class Contents:
    """``details`` is the JSON beside the markdown."""

    job_id: str
    markdown: str
    details: str


def contents_of(article: Article) -> Contents:
    """The files of the article's job.

    Raises:
        StateConflictError: the article is not written, or is being written again.
        NotFoundError: its files are no longer kept.
    """
    if article.status is not ArticleStatus.COMPLETED:
        raise StateConflictError(f"Article {article.article_id} is {article.status}; it can be read when completed.")
    job = find_job(article.job_id) if article.job_id else None
    if job is None:
        raise NotFoundError(_GONE.format(article.article_id))
    texts: dict[str, str] = {}
    for artifact in job.artifacts:
        ending = artifact.name.rpartition(".")[2]
        key = f"{job.tenant_id}/{job.job_id}/{artifact.run_id}/artifacts/{artifact.name}"
        try:
            found = s3().get_object(Bucket=settings().bucket_name, Key=key)
        except s3().exceptions.NoSuchKey as error:
            raise NotFoundError(_GONE.format(article.article_id)) from error
        texts[ending] = found["Body"].read().decode("utf-8", errors="replace")
    if not {"md", "json"} <= texts.keys():
        raise NotFoundError(_GONE.format(article.article_id))
    return Contents(job.job_id, texts["md"], texts["json"])
