"""Research cards that jobs made."""

import json
from typing import Annotated, Any

from aws_lambda_powertools.event_handler.openapi.params import Body, Path, Query
from aws_lambda_powertools.event_handler.router import APIGatewayRouter
from pydantic import BaseModel, Field, model_validator

from nightshift.content.dedup import judge_card, judge_text
from nightshift.content.files import text_of
from nightshift.content.records import Card
from nightshift.content.registry import get_record, list_records
from nightshift.models.base import Request, Timestamp
from nightshift_http.app import tenant
from nightshift_http.documentation import answers, refusals
from nightshift_http.links import base_url
from nightshift_http.parameters import FollowingPage, NextToken
from nightshift_http.records import FileResource, VerdictResource, shown

router = APIGatewayRouter()


class CardResource(BaseModel):
    card_id: str
    title: str
    topic: str | None
    tags: list[str]
    language: str
    summary: str
    quality: str = Field(description="good, partial, incomplete or parse_failed.")
    usable: bool = Field(description="Whether stories may draw on it.")
    canonical_core: dict[str, Any]
    model: str
    generator: str
    dedup: VerdictResource | None
    created_at: Timestamp
    job_id: str
    run_id: str
    artifacts: list[FileResource]


class WholeCard(CardResource):
    card: dict[str, Any] | None = Field(description="The card's own JSON; null when its file is no longer kept.")


class CardList(BaseModel):
    cards: list[CardResource]
    next_token: FollowingPage


class CardNamed(Request):
    card_id: str = Field(min_length=1, max_length=100)


class Validated(BaseModel):
    card_id: str
    checks: dict[str, bool] = Field(description="The five checks by their names.")
    quality: str
    usable: bool


class ToCompare(Request):
    """A card, or a text that is none yet."""

    card_id: str | None = Field(default=None, min_length=1, max_length=100)
    text: str | None = Field(default=None, min_length=2, max_length=20_000)

    @model_validator(mode="after")
    def _one(self) -> "ToCompare":
        if (self.card_id is None) == (self.text is None):
            raise ValueError("name either card_id or text")
        return self


@router.get(
    "/research/list",
    summary="List research cards, newest first",
    operation_id="list_cards",
    tags=["research"],
    responses=answers(200, CardList) | refusals(400, 503),
)
def index(
    limit: Annotated[int, Query(ge=1, le=500)] = 50,
    next_token: NextToken = None,
) -> CardList:
    page = list_records(tenant(router), Card, limit, next_token)
    base = base_url(router.current_event)
    cards = [CardResource.model_validate(shown(card, base)) for card in page.items]
    return CardList(cards=cards, next_token=page.next_token)


@router.get(
    "/research/<card_id>",
    summary="Show a research card",
    operation_id="get_card",
    tags=["research"],
    responses=answers(200, WholeCard) | refusals(404, 503),
)
def show(card_id: Annotated[str, Path()]) -> WholeCard:
    tenant_id = tenant(router)
    card = get_record(tenant_id, Card, card_id)
    content = _content(tenant_id, card)
    return WholeCard.model_validate(shown(card, base_url(router.current_event)) | {"card": content})


@router.post(
    "/research/validate",
    summary="Show the checks of a research card",
    operation_id="validate_card",
    description="As the program that made the card found them.",
    tags=["research"],
    responses=answers(200, Validated) | refusals(400, 404, 413, 415, 503),
)
def validate(body: Annotated[CardNamed, Body()]) -> Validated:
    tenant_id = tenant(router)
    card = get_record(tenant_id, Card, body.card_id)
    checks = ((_content(tenant_id, card) or {}).get("validation") or {}).get("checks") or {}
    return Validated(card_id=card.card_id, checks=checks, quality=card.quality, usable=card.usable)


@router.post(
    "/research/dedup",
    summary="Compare a card, or a text, with the research there is",
    operation_id="compare_research",
    tags=["research"],
    responses=answers(200, VerdictResource) | refusals(400, 404, 413, 415, 503),
)
def dedup(body: Annotated[ToCompare, Body()]) -> VerdictResource:
    tenant_id = tenant(router)
    if body.text is not None:
        verdict = judge_text(tenant_id, body.text)
    else:
        verdict = judge_card(tenant_id, get_record(tenant_id, Card, body.card_id or ""))
    return VerdictResource.model_validate(verdict.as_dict())


def _content(tenant_id: str, card: Card) -> dict[str, Any] | None:
    text = text_of(tenant_id, card, ".json")
    content: dict[str, Any] | None = json.loads(text) if text else None
    return content
