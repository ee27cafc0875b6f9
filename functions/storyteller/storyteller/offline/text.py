"""Filling a passage with facts."""

import re
from collections.abc import Mapping
from random import Random

from storyteller.offline.korean import particle

_VARIANTS = re.compile(r"<([^<>]*\|[^<>]*)>")
_FACT = re.compile(r"\{(\w+)(?::([^{}]+))?\}")


def fill(text: str, facts: Mapping[str, str], rng: Random) -> str:
    """Resolve `<one|another>` and `{fact}`, `{Fact}` (capitalised), `{fact:은/는}` (with its particle).

    Variants are drawn first, so that a fact's own text (a topic, say) is never read as markup.
    Raises KeyError for a fact the story does not have.
    """
    drawn = _VARIANTS.sub(lambda match: rng.choice(match[1].split("|")), text)

    def fact(match: re.Match[str]) -> str:
        name = match[1]
        value = facts[name] if name in facts else _capitalised(facts[name.lower()])
        return particle(value, match[2]) if match[2] else value

    return _FACT.sub(fact, drawn)


def _capitalised(value: str) -> str:
    return value[:1].upper() + value[1:]
