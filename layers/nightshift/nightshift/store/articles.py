"""Article items: reads, and the conditional writes that change them."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any, NamedTuple

from nightshift.clients import dynamodb
from nightshift.models.article import Article, ArticleStatus
from nightshift.models.job import Job
from nightshift.store.expiry import expires_at
from nightshift.store.job_writes import stored
from nightshift.store.keys import article_inputs_key, article_key, article_listing_keys, articles_of
from nightshift.store.partition import Page
from nightshift.store.reading import read
from nightshift.store.reads import find_item
from nightshift.store.tenant_listing import list_of_tenant
from nightshift.store.write import Update, put_new

SAME_FOR = timedelta(hours=24)
"""How long an article is not written again from the same inputs."""
USES_KEPT = 5
"""How many jobs are known by their inputs: the latest may have failed, and the one before not."""


class Use(NamedTuple):
    """A job that was made of some inputs, and its article."""

    article_id: str
    job_id: str


def create(article: Article) -> bool:
    """Write a new article; False if its id is taken."""
    exceptions = dynamodb().exceptions
    values = article.model_dump(mode="json") | article_listing_keys(article) | {"entity": "Article"}
    try:
        dynamodb().put_item(**put_new(values, article_key(article.article_id)))
    except exceptions.ConditionalCheckFailedException:
        return False
    return True


def find_article(article_id: str) -> Article | None:
    """The article as it is now, whoever owns it, even if it was deleted."""
    item = find_item(article_key(article_id))
    return read(Article, item) if item else None


def list_articles(tenant_id: str, limit: int, token: str | None) -> Page[Article]:
    """One page of the tenant's articles, newest first.

    Raises:
        InvalidCursorError: the token is not one of this listing's.
    """
    return list_of_tenant(Article, articles_of(tenant_id), article_key, limit, token)


def delete(article: Article, now: datetime) -> bool:
    """Take the article out of every list; False if it has changed since it was read."""
    gone = {"tenant_pk": None, "list_sk": None, "expires_at": expires_at(now)}
    return _change(article, {"status": ArticleStatus.DELETED} | gone, now).apply()


def begin(article: Article, job: Job) -> Update:
    """draft, completed, failed or running → running, by that job."""
    values = {"status": ArticleStatus.RUNNING, "job_id": job.job_id, "expires_at": None}
    return _change(article, values, job.created_at)


def followed_by(job: Job) -> Article | None:
    """The article that the job writes; None if another job writes it now, or it was deleted."""
    article = find_article(job.article_id) if job.article_id else None
    if article is None or article.job_id != job.job_id or article.status is ArticleStatus.DELETED:
        return None
    return article


def follow(job: Job, status: ArticleStatus, now: datetime) -> list[dict[str, Any]]:
    """The write that has the job's article follow the job; none if another job writes it now, or it was deleted."""
    article = followed_by(job)
    if article is None:
        return []
    # What it says lies in the job's files, and goes with them.
    expires = None if status is ArticleStatus.RUNNING else expires_at(now)
    return [_change(article, {"status": status, "expires_at": expires}, now).write]


def uses_of(tenant_id: str, inputs: str) -> list[Use]:
    """The articles and jobs for which these inputs were last used, the latest first."""
    item = find_item(article_inputs_key(tenant_id, inputs))
    if item is None:
        return []
    return [Use(item["article_id"], item["job_id"]), *(Use(*earlier) for earlier in item.get("earlier", ()))]


def use(inputs: str, article: Article, job: Job, before: Sequence[Use]) -> Update:
    """The job is the latest with these inputs, unless there has been another since those ``before``."""
    return Update(
        article_inputs_key(article.tenant_id, inputs),
        values={
            "entity": "Inputs",
            "article_id": article.article_id,
            "job_id": job.job_id,
            "earlier": [[used.article_id, used.job_id] for used in before[: USES_KEPT - 1]],
            "expires_at": int((job.created_at + SAME_FOR).timestamp()),
        },
        condition="#job_id = :latest" if before else "attribute_not_exists(#job_id)",
        where={"latest": before[0].job_id} if before else {},
    )


def _change(article: Article, values: dict[str, Any], now: datetime) -> Update:
    return Update(
        article_key(article.article_id),
        values=values | {"updated_at": stored(now)},
        add={"version": 1},
        condition="#version = :version",
        where={"version": article.version},
    )
