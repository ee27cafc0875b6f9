"""A story written by a model, from the same template, units and facts as the offline writer's."""

from random import Random

from pydantic import BaseModel, Field

from commandline.models import provider_errors
from llm.client import Client
from llm.errors import UnreadableError
from llm.port import Prompt
from storyteller.offline.facts import clean, draw_facts
from storyteller.offline.writer import Story
from storyteller.story.order import Order
from storyteller.story.prompts import MOST_UNITS, story_prompt
from storyteller.story.templates import Template, load_telling
from storyteller.story.units import draw_units

TITLE_LONGEST = 80
SUMMARY_LONGEST = 500
SHOWN_TO_NAME = 3000  # characters of a story that its title is found by

_NAMING = "Give the story in the block <data> a title and a summary of one sentence, both in its own language."


class Naming(BaseModel):
    """What a story is called."""

    title: str = Field(min_length=1, description="At most 60 characters, without quotes.")
    summary: str = ""


def write_with(client: Client, order: Order, template: Template) -> Story:
    """The story that the model makes of the order; its length is the model's doing.

    Raises:
        CliError: the model failed.
    """
    rng = Random(f"{order.language}:{order.seed}:{template.template_id}")
    units = draw_units(template, order.language, order.seed)[:MOST_UNITS]
    facts = draw_facts(load_telling(template.template_id, order.language).axes, order.language, order.topic or "", rng)
    system, user = story_prompt(
        template,
        units,
        facts,
        language=order.language,
        target_length=order.target_length,
        topic=order.topic,
        concepts=order.concepts,
    )
    with provider_errors():
        body = client.complete("story", Prompt(system, user)).strip()
        named = _named(client, body, template, order.language)
    return Story(
        title=" ".join(named.title.split())[:TITLE_LONGEST],
        body=body,
        summary=" ".join(named.summary.split())[:SUMMARY_LONGEST],
        template_id=template.template_id,
        core=template.core,
        units=tuple(unit.unit_id for unit in units),
    )


def _named(client: Client, body: str, template: Template, language: str) -> Naming:
    shown = body[:SHOWN_TO_NAME].replace("<", "\N{SINGLE LEFT-POINTING ANGLE QUOTATION MARK}")
    try:
        return client.structured("story_title", Prompt(_NAMING, f"<data>\n{shown}\n</data>"), Naming)
    except UnreadableError:  # a story is not lost for want of a title
        return Naming(title=clean(template.names[language]))
