"""What the offline researcher knows, and what of it a topic calls up."""

import re
import tomllib
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

_FILE = Path(__file__).with_name("knowledge.toml")


@dataclass(frozen=True)
class Wording:
    """A concept in one language."""

    name: str
    fact: str
    use: str


@dataclass(frozen=True, eq=False)
class Concept:
    """Something that is so, and what a story can make of it."""

    concept_id: str
    words: tuple[str, ...]
    affinity: dict[str, str]
    wordings: dict[str, Wording]

    def calls(self, text: str) -> int:
        """How many of the concept's words the text holds; Latin ones from the start of a word."""
        folded = text.casefold()
        return sum(bool(re.search(rf"\b{word}" if word.isascii() else word, folded)) for word in self.words)


@cache
def load_concepts() -> tuple[Concept, ...]:
    """Every concept, in the file's order."""
    table: dict[str, list[dict[str, Any]]] = tomllib.loads(_FILE.read_text(encoding="utf-8"))
    return tuple(
        Concept(
            entry["id"],
            tuple(entry["words"]),
            entry["affinity"],
            {language: Wording(**entry[language]) for language in ("ko", "en")},
        )
        for entry in table["concept"]
    )
