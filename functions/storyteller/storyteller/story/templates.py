"""The story templates: a catalogue read at once, and each one's telling in a language, read when it is chosen.

catalogue.toml says what each story is. A folder per template holds `<language>.toml` (titles, summary, and the facts
it may be told with, by variation axis) and `<language>.txt` (its prose, see prose.py).
"""

import tomllib
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from storyteller.story.core import CanonicalCore
from storyteller.story.prose import Form, parse_prose

FOLDER = Path(__file__).parent / "templates"

Choice = dict[str, str]
"""Facts that belong together, chosen together: a place and its history."""


@dataclass(frozen=True)
class Template:
    """A story that can be told in many ways.

    `match` are the words of a topic that ask for it, `acts` its three acts in English, `units` the categories of
    knowledge units it draws on, `without` those of their units that its world has no place for.
    """

    template_id: str
    names: dict[str, str]
    core: CanonicalCore
    match: tuple[str, ...]
    acts: tuple[str, str, str]
    units: tuple[str, ...]
    without: frozenset[str]


@dataclass(frozen=True)
class Telling:
    """A template in one language."""

    titles: list[str]
    summary: str
    axes: dict[str, list[Choice]]
    prose: dict[str, Form]


@cache
def load_templates() -> tuple[Template, ...]:
    """Every template, in the order of the catalogue."""
    catalogue: dict[str, Any] = tomllib.loads((FOLDER / "catalogue.toml").read_text(encoding="utf-8"))
    return tuple(
        Template(
            template_id,
            entry["names"],
            CanonicalCore.from_table(entry["core"]),
            tuple(entry["match"]),
            (entry["acts"][0], entry["acts"][1], entry["acts"][2]),
            tuple(entry["units"]),
            frozenset(entry.get("without", ())),
        )
        for template_id, entry in catalogue.items()
    )


@cache
def load_telling(template_id: str, language: str) -> Telling:
    """How the template is told in `language`; OSError when there is no such telling."""
    stem = FOLDER / template_id / language
    table: dict[str, Any] = tomllib.loads(stem.with_suffix(".toml").read_text(encoding="utf-8"))
    prose = parse_prose(stem.with_suffix(".txt").read_text(encoding="utf-8"))
    return Telling(table["titles"], table["summary"], table["axes"], prose)
