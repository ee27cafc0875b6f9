"""Which template a story is told from: what the topic asks for, what was told lately, and the seed."""

import re
from collections.abc import Collection, Iterable, Sequence
from random import Random

from storyteller.story.templates import Template, load_templates

RECENT = 10  # stories back that count as recent
WORN = 3  # uses among the recent ones that make a template worn
WORN_WEIGHT = 0.2


def choose_template(
    topic: str, seed: int, history: Sequence[str] = (), exclude: Collection[str] = frozenset()
) -> Template:
    """The template the topic speaks of; among equals the seed decides, so that neighbouring seeds differ.

    `history` are the template ids of earlier stories, newest last: the newest is never taken again at once, and one
    used three times in the last ten seldom, also if the topic speaks of it. `exclude` is left out too, unless nothing
    would remain.
    """
    last = history[-1:]
    fresh = [template for template in load_templates() if template.template_id not in last]
    allowed = [template for template in fresh if template.template_id not in exclude] or fresh
    recent = list(history[-RECENT:])
    worn = {template_id for template_id in recent if recent.count(template_id) >= WORN}
    scores = [0 if template.template_id in worn else match_score(template.match, topic) for template in allowed]
    best = [template for template, score in zip(allowed, scores, strict=True) if score == max(scores)]
    weights = [WORN_WEIGHT if template.template_id in worn else 1 for template in best]
    if WORN_WEIGHT not in weights:
        return best[seed % len(best)]
    return Random(f"template:{seed}").choices(best, weights)[0]


def recently_used(history: Sequence[str]) -> frozenset[str]:
    """What the last attempt at a story that is too like an earlier one leaves out."""
    return frozenset(history[-RECENT:])


def match_score(keywords: Iterable[str], topic: str) -> int:
    """How many keywords the topic holds; Latin ones from the start of a word, so that "art" is not in "heart"."""
    folded = topic.casefold()
    return sum(bool(re.search(rf"\b{word}" if word.isascii() else word, folded)) for word in keywords)
