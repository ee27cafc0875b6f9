"""An article: what a tenant wants written, and the job that writes it."""

from enum import StrEnum
from typing import Any

from nightshift.models.base import Model, Timestamp


class ArticleStatus(StrEnum):
    DRAFT = "draft"
    RUNNING = "running"
    COMPLETED = "completed"
    FAILED = "failed"
    DELETED = "deleted"


class Article(Model):
    """The Article item of the table. ``params`` are those of its jobs; ``job_id`` is the latest of them.

    Its status follows that job: ``running`` from when the job is made to its end. One that was deleted stays for a
    while, in no list, so that its key makes no other.
    """

    article_id: str
    tenant_id: str
    status: ArticleStatus = ArticleStatus.DRAFT
    params: dict[str, Any]
    job_id: str | None = None
    request_hash: str | None = None
    created_at: Timestamp
    updated_at: Timestamp
    version: int = 1
