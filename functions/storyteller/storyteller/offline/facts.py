"""The facts one story is told with: people, places and things drawn for it, and the words that came from outside."""

import re
import tomllib
import unicodedata
from collections.abc import Mapping, Sequence
from functools import cache
from pathlib import Path
from random import Random
from typing import Any

from storyteller.story.selection import match_score
from storyteller.story.templates import Choice

SHOWN = 32  # characters of a topic or concept that may stand in the story
QUOTES = {"ko": "\N{LEFT SINGLE QUOTATION MARK}{}\N{RIGHT SINGLE QUOTATION MARK}", "en": "“{}”"}


def draw_facts(axes: Mapping[str, Sequence[Choice]], language: str, topic: str, rng: Random) -> dict[str, str]:
    """One choice of each axis, the people's included; where words of the topic match a choice, that one."""
    facts: dict[str, str] = {}
    for choices in (*_load_cast(language).values(), *axes.values()):
        drawn = rng.choice(choices)
        best = max(choices, key=lambda choice: match_score(choice.get("match", "").split(), topic))
        facts |= best if match_score(best.get("match", "").split(), topic) else drawn
    return facts


def quoted(words: str, language: str) -> str:
    """Words from outside as the story may name them: cleaned, and in the language's quotation marks."""
    return QUOTES[language].format(clean(words))


def clean(words: str) -> str:
    """What of the words can stand inside quotes: no markup, no line ends, at most 32 characters."""
    parts = re.findall(r"[\w'’.,·&%+-]+", unicodedata.normalize("NFC", words))  # noqa: RUF001
    shown = ""
    for part in parts:
        if len(shown) + len(part) + 1 > SHOWN:
            break
        shown = f"{shown} {part}".strip()
    return (shown or "".join(parts)[:SHOWN]).strip(" .,-")


def listed(tags: Sequence[str], language: str) -> str:
    """Names in a row: "the cat, the watch and the letter"."""
    if language == "ko" or len(tags) < 2:
        return ", ".join(tags)
    return f"{', '.join(tags[:-1])} and {tags[-1]}"


@cache
def _load_cast(language: str) -> dict[str, list[Choice]]:
    """The people of every story: one axis each for the hero, the kin and the elder, pronouns included."""
    text = (Path(__file__).parent / "cast.toml").read_text(encoding="utf-8")
    table: dict[str, Any] = tomllib.loads(text)[language]
    return {
        role: [
            {role: name, **{entry["prefix"] + key: word for key, word in table["pronouns"][gender].items()}}
            for gender in table["pronouns"]
            for name in entry[gender]
        ]
        for role, entry in table["roles"].items()
    }
