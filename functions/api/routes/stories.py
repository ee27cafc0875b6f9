"""Stories that jobs wrote."""

from typing import Annotated, Any

from aws_lambda_powertools.event_handler.openapi.params import Path, Query
from aws_lambda_powertools.event_handler.router import APIGatewayRouter
from pydantic import BaseModel, Field

from nightshift.content.files import text_of
from nightshift.content.records import Story
from nightshift.content.registry import get_record, list_records
from nightshift.models.base import Timestamp
from nightshift_http.app import tenant
from nightshift_http.documentation import answers, refusals
from nightshift_http.links import base_url
from nightshift_http.parameters import FollowingPage, NextToken
from nightshift_http.records import FileResource, VerdictResource, shown

router = APIGatewayRouter()


class StoryResource(BaseModel):
    story_id: str
    title: str
    language: str
    topic: str | None
    summary: str
    template_id: str
    canonical_core: dict[str, Any]
    signature: str
    research_used: list[str]
    char_count: int
    word_count: int
    seed: int | None
    model: str
    generator: str
    dedup: VerdictResource | None
    created_at: Timestamp
    job_id: str
    run_id: str
    artifacts: list[FileResource]


class WholeStory(StoryResource):
    text: str | None = Field(description="The story as markdown; null when its file is no longer kept.")


class StoryList(BaseModel):
    stories: list[StoryResource]
    next_token: FollowingPage


@router.get(
    "/story/list",
    summary="List stories, newest first",
    operation_id="list_stories",
    tags=["stories"],
    responses=answers(200, StoryList) | refusals(400, 503),
)
def index(
    limit: Annotated[int, Query(ge=1, le=500)] = 50,
    next_token: NextToken = None,
    accepted_only: Annotated[
        bool, Query(description="Without those told before (signal HIGH); a page may then hold fewer.")
    ] = False,
) -> StoryList:
    page = list_records(tenant(router), Story, limit, next_token)
    base = base_url(router.current_event)
    stories = [
        StoryResource.model_validate(shown(story, base))
        for story in page.items
        if story.is_accepted or not accepted_only
    ]
    return StoryList(stories=stories, next_token=page.next_token)


@router.get(
    "/story/<story_id>",
    summary="Show a story",
    operation_id="get_story",
    tags=["stories"],
    responses=answers(200, WholeStory) | refusals(404, 503),
)
def show(story_id: Annotated[str, Path()]) -> WholeStory:
    tenant_id = tenant(router)
    story = get_record(tenant_id, Story, story_id)
    text = text_of(tenant_id, story, ".md")
    return WholeStory.model_validate(shown(story, base_url(router.current_event)) | {"text": text})
