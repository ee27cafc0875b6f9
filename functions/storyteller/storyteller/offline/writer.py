"""Writes one story: draws facts and knowledge units for a seed, then plans, fills and sets the passages."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from random import Random

from storyteller.offline import asides
from storyteller.offline.deal import Dealer
from storyteller.offline.facts import clean, draw_facts, listed, quoted
from storyteller.offline.planner import LIMIT, Drawn, arrange, lay_out, select, skeleton, unit_count
from storyteller.offline.text import fill, titled
from storyteller.story.core import CanonicalCore
from storyteller.story.prose import Passage, Scene
from storyteller.story.selection import choose_template
from storyteller.story.templates import Telling, Template, load_telling
from storyteller.story.units import INSTALMENTS, KnowledgeUnit, by_distance, draw_units

SPARE = 1.15  # how much more prose than needed is laid ready, so that there is something to leave out


@dataclass(frozen=True)
class Story:
    """A finished story; `body` is its text without the title, `units` the ids of the knowledge units in it.

    `wordings` are the offline writer's passages before names, numbers and other facts were put in.
    """

    title: str
    body: str
    summary: str
    template_id: str
    core: CanonicalCore
    units: tuple[str, ...]
    wordings: tuple[str, ...] = ()


def write_story(
    language: str,
    target_length: int,
    seed: int,
    topic: str | None = None,
    *,
    concepts: Sequence[str] = (),
    template: Template | None = None,
    avoid: Collection[str] = (),
) -> Story:
    """Write the story of `seed`: the same arguments always give the same story.

    `language` is "ko" or "en", `target_length` is in characters of the body (300-10000, met within 10 %). The topic
    decides place and object where its words match theirs, and the template unless one is given; it is quoted in the
    story as the name of a thing, as the first three of the research's `concepts` are. `avoid` are the ids of knowledge
    units that were told lately.
    """
    subject = clean(topic or "")
    named = asides.used([clean(concept) for concept in concepts])
    template = template or choose_template(subject, seed)
    telling = load_telling(template.template_id, language)
    rng = Random("\n".join((language, str(seed), template.template_id, subject, *named)))
    facts = {"topic": quoted(subject, language)} if subject else {}
    facts |= {f"concept{number}": quoted(concept, language) for number, concept in enumerate(named)}
    facts |= draw_facts(telling.axes, language, f"{subject} {' '.join(named)}", rng)
    dealer = Dealer(seed, f"{language}:{template.template_id}:{subject}")
    pool = draw_units(template, language, seed, avoid)
    units, drawn = _grow(telling, pool, named, facts, target_length, language, dealer)
    if skeleton(drawn) > target_length:
        units = pool[:3]
        for research, shortest in ((named, False), ((), False), ((), True)):  # until it is short enough
            drawn = _draw([_flash(telling, units, research, language, rng, shortest=shortest)], facts, dealer)
            if skeleton(drawn) <= target_length * LIMIT:
                break
    title = fill(rng.choice(telling.titles), facts, rng)
    title = titled(title) if language == "en" else title
    chosen = select(drawn, target_length, rng)
    return Story(
        title=title,
        body=lay_out(chosen),
        summary=fill(telling.summary, facts, rng),
        template_id=template.template_id,
        core=template.core,
        units=tuple(unit.unit_id for unit in units),
        wordings=tuple(item.wording for item in chosen),
    )


def _grow(
    telling: Telling,
    pool: Sequence[KnowledgeUnit],
    concepts: Sequence[str],
    facts: Mapping[str, str],
    target: int,
    language: str,
    dealer: Dealer,
) -> tuple[list[KnowledgeUnit], list[Drawn]]:
    """The full form with as many units as make it more than long enough, but leave its skeleton room."""
    count = min(unit_count(target, language), len(pool))
    shrinking = False
    while True:
        rng = Random(dealer.seed)  # the same asides, with one unit more or less
        units = by_distance(pool[:count])
        tags = [unit.tag for unit in units]
        half = (len(tags) + 1) // 2
        known = {**facts, "early": listed(tags[:half], language), "late": listed(tags[half:], language)}
        scenes = arrange(
            telling.prose["full"].scenes, units, asides.draw_asides(len(concepts), len(units), language, rng)
        )
        drawn = _draw(scenes, known, dealer)
        if count and skeleton(drawn) > target:
            shrinking = True
            count -= 1
        elif not shrinking and count < len(pool) and sum(item.cost for item in drawn) < target * SPARE:
            count += 1
        else:
            return units, drawn


def _flash(
    telling: Telling,
    units: Sequence[KnowledgeUnit],
    concepts: Sequence[str],
    language: str,
    rng: Random,
    *,
    shortest: bool,
) -> Scene:
    """The very short form as one scene, the research and the units' beginnings after its first paragraph."""
    told = telling.prose["flash"].scenes[0].passages
    if shortest:
        told = [replace(passage, wordings=[min(passage.wordings, key=len)]) for passage in told]
    head = [passage for passage in told if passage.paragraph == told[0].paragraph]
    research = [
        replace(passage, paragraph=-1)
        for scene in asides.draw_asides(min(len(concepts), 1), 0, language, rng)
        for passage in scene.passages
    ]
    beginnings = [
        replace(passage, paragraph=-2 - number, rank=passage.rank + 3)
        for number, unit in enumerate(units)
        for passage in unit.instalments[0].passages
    ]
    return Scene("flash", [*head, *research, *beginnings, *told[len(head) :]])


def _draw(scenes: Sequence[Scene], facts: Mapping[str, str], dealer: Dealer) -> list[Drawn]:
    """Every passage in one of its wordings; those about the topic only where there is one."""
    rng = Random(dealer.seed)
    return [
        Drawn(passage, number, wording, fill(wording, facts, rng), scene.name in INSTALMENTS)
        for number, scene in enumerate(scenes)
        for passage in scene.passages
        if "{topic" not in (wording := _worded(passage, dealer)).lower() or "topic" in facts
    ]


def _worded(passage: Passage, dealer: Dealer) -> str:
    return passage.wordings[dealer.choose(len(passage.wordings), passage.number)]
