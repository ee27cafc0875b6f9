"""Writes one story: chooses template and facts for a seed and topic, then plans, fills and sets the passages."""

import hashlib
import json
import re
import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from random import Random

from storyteller.offline.planner import Drawn, arrange, lay_out, select, skeleton, thread_count
from storyteller.offline.template import (
    CanonicalCore,
    Choice,
    Scene,
    Template,
    load_cast,
    load_templates,
    load_threads,
)
from storyteller.offline.text import fill

TOPIC_SHOWN = 32  # characters of the topic that may stand in the story
QUOTES = {"ko": "\N{LEFT SINGLE QUOTATION MARK}{}\N{RIGHT SINGLE QUOTATION MARK}", "en": "“{}”"}


@dataclass(frozen=True)
class Story:
    """A finished story; `body` is its text without the title."""

    title: str
    body: str
    summary: str
    template_id: str
    core: CanonicalCore


def write_story(language: str, target_length: int, seed: int, topic: str | None = None) -> Story:
    """Write the story of `seed`: the same arguments always give the same story.

    `language` is "ko" or "en", `target_length` is in characters of the body (300-10000, met within 10 %). The topic
    decides template, place and object where its words match theirs, and is quoted in the story as the name of a thing.
    """
    rng = Random(f"{language}:{seed}:{topic or ''}")
    subject = clean_topic(topic or "")
    template = choose_template(subject, seed)
    telling = template.tellings[language]
    facts = {"topic": QUOTES[language].format(subject)} if subject else {}
    for choices in (load_cast(language) | telling.axes).values():
        facts |= _choose(choices, subject, rng)

    drawn = _draw(telling.prose["full"], facts, rng)
    if skeleton(drawn) > target_length:
        drawn = _draw(telling.prose["flash"], facts, rng)
    else:
        threads = rng.sample(load_threads(language), len(load_threads(language)))
        count = thread_count(target_length)
        state = rng.getstate()
        while count:
            rng.setstate(state)  # the same wordings, with one thread more
            drawn = _draw(arrange(telling.prose["full"], threads[:count]), facts, rng)
            if sum(item.cost for item in drawn) >= target_length or count == len(threads):
                break
            count += 1
    return Story(
        title=fill(rng.choice(telling.titles), facts, rng),
        body=lay_out(select(drawn, target_length, rng)),
        summary=fill(telling.summary, facts, rng),
        template_id=template.template_id,
        core=template.core,
    )


def clean_topic(topic: str) -> str:
    """The topic as words that can stand inside quotes: no markup, no line ends, at most 32 characters."""
    words = re.findall(r"[\w'’.,·&%+-]+", unicodedata.normalize("NFC", topic))  # noqa: RUF001
    shown = ""
    for word in words:
        if len(shown) + len(word) + 1 > TOPIC_SHOWN:
            break
        shown = f"{shown} {word}".strip()
    return (shown or "".join(words)[:TOPIC_SHOWN]).strip(".,-")


def choose_template(topic: str, seed: int) -> Template:
    """The template the topic speaks of; among equals the seed decides, so that neighbouring seeds differ."""
    templates = load_templates()
    scores = [_score(template.match, topic) for template in templates]
    best = [template for template, score in zip(templates, scores, strict=True) if score == max(scores)]
    return best[seed % len(best)]


def signature(core: CanonicalCore, research_used: list[str]) -> str:
    """SHA-256 that is equal for stories with the same canonical core and the same research."""
    content = {"canonical_core": asdict(core), "research_used": sorted(research_used)}
    return hashlib.sha256(json.dumps(content, sort_keys=True, separators=(",", ":")).encode()).hexdigest()


def _draw(scenes: Sequence[Scene], facts: Mapping[str, str], rng: Random) -> list[Drawn]:
    """Every passage in one of its wordings; those about the topic only where there is one."""
    return [
        Drawn(passage, number, fill(wording, facts, rng))
        for number, scene in enumerate(scenes)
        for passage in scene.passages
        if "{topic" not in (wording := rng.choice(passage.wordings)) or "topic" in facts
    ]


def _choose(choices: list[Choice], topic: str, rng: Random) -> Choice:
    drawn = rng.choice(choices)
    best = max(choices, key=lambda choice: _score(choice.get("match", "").split(), topic))
    return best if _score(best.get("match", "").split(), topic) else drawn


def _score(keywords: list[str], topic: str) -> int:
    """How many keywords the topic holds; Latin ones from the start of a word, so that "art" is not in "heart"."""
    folded = topic.casefold()
    return sum(bool(re.search(rf"\b{word}" if word.isascii() else word, folded)) for word in keywords)
