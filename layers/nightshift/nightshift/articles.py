"""What clients wish of articles: make, write, delete."""

from contextlib import suppress
from datetime import datetime

from nightshift import transitions
from nightshift.cancel import cancel
from nightshift.errors import InvalidRequestError, NotFoundError, StateConflictError
from nightshift.idempotency import Made, new_id, replay, request_hash_of
from nightshift.job_types import ArticleParams
from nightshift.models.article import Article, ArticleStatus
from nightshift.models.job import Job
from nightshift.models.requests import JobRequest
from nightshift.outbound.urls import RefusedUrlError, target_of
from nightshift.settings import settings
from nightshift.store import articles as store
from nightshift.store.keys import article_key
from nightshift.store.reads import find_job, find_owned
from nightshift.store.write import tries
from nightshift.submit import Submitted, new_job


def create_article(tenant_id: str, params: ArticleParams, idempotency_key: str | None, now: datetime) -> Made[Article]:
    """Write a draft; nothing is written of it before ``generate``.

    Raises:
        InvalidRequestError: its source's URL is refused, or the key was used for another request.
        StateConflictError: the article that the key made was deleted.
        TooLargeError: the params are over 64 KB.
    """
    _refuse_url(params.source_url)
    article = Article(
        article_id=new_id(tenant_id, "article", idempotency_key),
        tenant_id=tenant_id,
        params=params.model_dump(mode="json", exclude_none=True),
        request_hash=request_hash_of(params.model_dump(mode="json")) if idempotency_key else None,
        created_at=now,
        updated_at=now,
    )
    _job_of(article, article.article_id, None, now)  # refuses what could not be made later
    if store.create(article):
        return Made(article, replayed=False)
    existing = store.find_article(article.article_id)
    gone = existing is None or existing.status is ArticleStatus.DELETED
    return replay(article, None if gone else existing, "article")


def get_article(tenant_id: str, article_id: str) -> Article:
    """Raises NotFoundError if the tenant has no such article."""
    article = find_owned(Article, article_key(article_id), tenant_id)
    if article is None or article.status is ArticleStatus.DELETED:
        raise NotFoundError(f"There is no article {article_id}.")
    return article


def delete_article(tenant_id: str, article_id: str, now: datetime) -> None:
    """Show it no more, and cancel the job that is writing it.

    The job comes first: who is interrupted between the two finds the article still there to be deleted.

    Raises:
        NotFoundError: the tenant has no such article.
    """
    for _ in tries():
        article = _stop_writing(get_article(tenant_id, article_id), now)
        if store.delete(article, now):
            return
    raise StateConflictError(f"Article {article_id} keeps changing; try again.")


def generate(
    tenant_id: str,
    article_id: str,
    *,
    force: bool,
    idempotency_key: str | None,
    correlation_id: str | None,
    now: datetime,
) -> Submitted:
    """Make the job that writes the article: job and article in one transaction, so that none says it is running alone.

    An earlier job that still writes it is cancelled first, as only the latest one's article is read.

    Args:
        force: Write it although it is being written, or was written from the same inputs within 24 hours.

    Raises:
        NotFoundError: the tenant has no such article.
        StateConflictError: such a job was made, did not fail, and its article was not deleted.
    """
    job_id = new_id(tenant_id, f"generate\n{article_id}", idempotency_key)
    for _ in tries():
        article = get_article(tenant_id, article_id)
        if idempotency_key and (existing := find_job(job_id)):
            return Submitted(existing, replayed=True)
        inputs = request_hash_of(article.params)
        before = store.uses_of(tenant_id, inputs)
        if not force:
            for used in before:
                _refuse_duplicate(used, now)
        article = _stop_writing(article, now)
        job = _job_of(article, job_id, correlation_id, now)
        using = store.use(inputs, article, job, before)
        if transitions.create_with(job, store.begin(article, job).write, using.write):
            return Submitted(job, replayed=False)
    raise StateConflictError(f"Article {article_id} keeps changing; try again.")


def _stop_writing(article: Article, now: datetime) -> Article:
    """Cancel the article's job; the article as it then is."""
    if article.status is not ArticleStatus.RUNNING or article.job_id is None:
        return article
    with suppress(NotFoundError, StateConflictError):  # it is no longer kept, or has just ended
        cancel(article.tenant_id, article.job_id, now)
    return get_article(article.tenant_id, article.article_id)


def _refuse_duplicate(used: store.Use, now: datetime) -> None:
    article_id, job_id = used
    article, job = store.find_article(article_id), find_job(job_id)
    if article is None or job is None or job.created_at <= now - store.SAME_FOR:
        return
    if article.status not in (ArticleStatus.FAILED, ArticleStatus.DELETED):
        raise StateConflictError(
            f"Job {job_id} of article {article_id}, made with the same inputs within 24 hours, is {job.status}; "
            "with force=true the article is written again.",
            {"job_id": job_id, "article_id": article_id},
        )


def _job_of(article: Article, job_id: str, correlation_id: str | None, now: datetime) -> Job:
    request = JobRequest(type="article", params=ArticleParams.model_validate(article.params))
    job = new_job(article.tenant_id, job_id, request, correlation_id, now)
    return job.model_copy(update={"article_id": article.article_id})


def _refuse_url(url: str | None) -> None:
    if url is None:
        return
    try:
        target_of(url, allow_local=settings().allow_local_targets)
    except RefusedUrlError as error:
        raise InvalidRequestError(f"source_url: {error}.") from error
