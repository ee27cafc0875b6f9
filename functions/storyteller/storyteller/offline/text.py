"""Filling a passage with facts."""

import re
from collections.abc import Mapping
from random import Random

from storyteller.offline.korean import particle

_VARIANTS = re.compile(r"<([^<>]*\|[^<>]*)>")
_FACT = re.compile(r"(?:\b([Aa]) )?\{(\w+)(?::([^{}]+))?\}")
_SMALL = frozenset(("a", "an", "and", "at", "by", "for", "from", "in", "of", "on", "or", "the", "to", "with"))


def fill(text: str, facts: Mapping[str, str], rng: Random) -> str:
    """Resolve `<one|another>` and `{fact}`, `{Fact}` (capitalised), `{fact:은/는}` (with its particle).

    English `a {fact}` becomes "an" before a vowel.

    Variants are drawn first, so that a fact's own text (a topic, say) is never read as markup.
    Raises KeyError for a fact the story does not have.
    """
    drawn = _VARIANTS.sub(lambda match: rng.choice(match[1].split("|")), text)

    def fact(match: re.Match[str]) -> str:
        article, name, forms = match.groups()
        value = facts[name] if name in facts else _capitalised(facts[name.lower()])
        if article:
            return f"{article}{'n' if value[0].lower() in 'aeiou' else ''} {value}"
        return particle(value, forms) if forms else value

    return _FACT.sub(fact, drawn)


def titled(title: str) -> str:
    """An English title, whose facts are in small letters, as titles are written."""
    words = title.split(" ")
    small = [word in _SMALL and 0 < place < len(words) - 1 for place, word in enumerate(words)]
    return " ".join(word if is_small else _capitalised(word) for word, is_small in zip(words, small, strict=True))


def _capitalised(value: str) -> str:
    return value[:1].upper() + value[1:]
