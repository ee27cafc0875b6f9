"""Articles: what is to be written for readers of a level, and what has been."""

import json
from typing import Annotated, Any

from aws_lambda_powertools.event_handler import Response
from aws_lambda_powertools.event_handler.openapi.params import Body, Path, Query
from aws_lambda_powertools.event_handler.router import APIGatewayRouter
from pydantic import BaseModel, Field

from nightshift.articles import create_article, delete_article, generate, get_article
from nightshift.clock import now
from nightshift.content.articles import contents_of
from nightshift.job_types import ArticleParams
from nightshift.models.article import Article, ArticleStatus
from nightshift.models.base import Timestamp
from nightshift.store.articles import list_articles
from nightshift_http.app import tenant
from nightshift_http.documentation import answers, refusals
from nightshift_http.links import base_url, job_url
from nightshift_http.parameters import FollowingPage, IdempotencyKey, Limit, NextToken
from nightshift_http.responses import accepted, created

router = APIGatewayRouter()

ArticleId = Annotated[str, Path(description="The article's id.")]


class ArticleResource(BaseModel):
    """An article as it is now."""

    article_id: str
    tenant_id: str
    status: ArticleStatus = Field(description="running from when its job is made to the job's end.")
    language: str
    level: str
    length: int
    topic: str
    source_url: str | None
    model: str | None
    job_id: str | None = Field(description="The job that writes it, or wrote it last.")
    created_at: Timestamp
    updated_at: Timestamp
    version: int


class WholeArticle(ArticleResource):
    source_text: str | None


class ArticleList(BaseModel):
    articles: list[ArticleResource]
    next_token: FollowingPage


class ArticleContent(BaseModel):
    article_id: str
    job_id: str
    text: str = Field(description="The article as markdown, its source named first.")
    details: dict[str, Any] = Field(
        description="Source, replaced_sentences, difficult_words with level and gloss, and who wrote it."
    )


class Generating(BaseModel):
    job_id: str
    article_id: str


class DeletedArticle(BaseModel):
    article_id: str
    success: bool
    message: str


@router.post(
    "/articles",
    summary="Make an article's draft",
    operation_id="create_article",
    description="Nothing is written before POST /articles/{article_id}/generate.",
    tags=["articles"],
    status_code=201,
    responses=answers(201, WholeArticle) | refusals(400, 409, 413, 415, 503),
)
def create(body: Annotated[ArticleParams, Body()], idempotency_key: IdempotencyKey = None) -> Response[WholeArticle]:
    submitted = create_article(tenant(router), body, idempotency_key, now())
    article = submitted.resource
    location = f"{base_url(router.current_event)}/articles/{article.article_id}"
    shown = WholeArticle.model_validate(_shown(article))
    return created(shown, location, replayed=submitted.replayed)


@router.get(
    "/articles",
    summary="List articles, newest first",
    operation_id="list_articles",
    tags=["articles"],
    responses=answers(200, ArticleList) | refusals(400, 503),
)
def index(
    limit: Limit = 50,
    next_token: NextToken = None,
) -> ArticleList:
    page = list_articles(tenant(router), limit, next_token)
    return ArticleList(articles=[_listed(article) for article in page.items], next_token=page.next_token)


@router.get(
    "/articles/<article_id>",
    summary="Show an article",
    operation_id="get_article",
    tags=["articles"],
    responses=answers(200, WholeArticle) | refusals(404, 503),
)
def show(article_id: ArticleId) -> WholeArticle:
    return WholeArticle.model_validate(_shown(get_article(tenant(router), article_id)))


@router.get(
    "/articles/<article_id>/content",
    summary="Read an article",
    operation_id="get_article_content",
    tags=["articles"],
    responses=answers(200, ArticleContent) | refusals(404, 409, 503),
)
def content(article_id: ArticleId) -> ArticleContent:
    found = contents_of(get_article(tenant(router), article_id))
    return ArticleContent(
        article_id=article_id, job_id=found.job_id, text=found.markdown, details=json.loads(found.details)
    )


@router.delete(
    "/articles/<article_id>",
    summary="Delete an article",
    operation_id="delete_article",
    description="It is shown no more, and a job that is writing it is cancelled.",
    tags=["articles"],
    responses=answers(200, DeletedArticle) | refusals(404, 409, 503),
)
def delete(article_id: ArticleId) -> DeletedArticle:
    delete_article(tenant(router), article_id, now())
    return DeletedArticle(article_id=article_id, success=True, message="The article was deleted.")


@router.post(
    "/articles/<article_id>/generate",
    summary="Have an article written",
    operation_id="generate_article",
    description=(
        "Refused if the same inputs were used within 24 hours, unless that failed or was deleted; the refusal has the "
        "job_id and article_id of then. An earlier job that still writes this article is cancelled."
    ),
    tags=["articles"],
    status_code=202,
    responses=answers(202, Generating, "The job that writes it.") | refusals(404, 409, 413, 503),
)
def generate_now(
    article_id: ArticleId,
    force: Annotated[bool, Query(description="Write it all the same.")] = False,
    idempotency_key: IdempotencyKey = None,
) -> Response[Generating]:
    event = router.current_event
    submitted = generate(
        tenant(router),
        article_id,
        force=force,
        idempotency_key=idempotency_key,
        correlation_id=event.request_context.request_id,
        now=now(),
    )
    job_id = submitted.job.job_id
    location = job_url(base_url(event), job_id)
    return accepted(Generating(job_id=job_id, article_id=article_id), location, replayed=submitted.replayed)


def _listed(article: Article) -> ArticleResource:
    return ArticleResource.model_validate(_shown(article))


def _shown(article: Article) -> dict[str, Any]:
    optional = dict.fromkeys(("source_url", "source_text", "model"))
    return optional | article.params | article.model_dump(exclude={"params"})
