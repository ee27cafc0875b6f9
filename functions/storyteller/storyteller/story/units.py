"""Knowledge units: small uncanny matters, each in three instalments, that any template of their category may take up.

units/ has a file per category and language. The offline writer tells a unit's instalments between the template's
scenes; a prompt names its idea.
"""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from random import Random

from storyteller.story.prose import Scene, parse_prose
from storyteller.story.templates import Template

FOLDER = Path(__file__).parent / "units"

# From the far end of the street to under the skin: the order in which a story lets its units begin.
CATEGORIES = (
    "nature",
    "custom",
    "passage",
    "machine",
    "watching",
    "record",
    "household",
    "time",
    "voice",
    "likeness",
    "kin",
    "body",
)


INSTALMENTS = ("1", "2", "3")
HAND = 4  # units dealt together


@dataclass(frozen=True)
class KnowledgeUnit:
    """`tag` names it in a sentence ("the cat"), `idea` says it in one, `instalments` tell it."""

    unit_id: str
    category: str
    tag: str
    idea: str
    instalments: tuple[Scene, ...]


@cache
def load_units(category: str, language: str) -> tuple[KnowledgeUnit, ...]:
    """The units of a category, in the order of their file; OSError when there is no such category."""
    text = (FOLDER / f"{category}.{language}.txt").read_text(encoding="utf-8")
    return tuple(
        KnowledgeUnit(unit_id, category, *form.note, tuple(form.scenes)) for unit_id, form in parse_prose(text).items()
    )


def draw_units(template: Template, language: str, seed: int, avoid: Collection[str] = ()) -> list[KnowledgeUnit]:
    """The template's units in the order in which the story of `seed` takes them up, `avoid` (ids) last.

    They are dealt like cards: a hand is one unit from each quarter of the deck, so many places further in each quarter
    as rounds have been played. So the hands of a round have no unit in common, and those of different rounds one,
    seldom more.
    """
    deck = _deck(template, language, Random(template.template_id))
    rows = len(deck) // HAND
    rounds, turn = divmod(seed, rows)
    quarters = [deck[start * rows : (start + 1) * rows] for start in range(HAND)]
    order = [(card + 2 * rounds) % HAND for card in range(HAND)]
    dealt = [
        quarters[quarter][(turn + hand + quarter * (rounds + 1)) % rows] for hand in range(rows) for quarter in order
    ]
    return sorted(dealt + deck[HAND * rows :], key=lambda unit: unit.unit_id in avoid)


def _deck(template: Template, language: str, rng: Random) -> list[KnowledgeUnit]:
    """All of the template's units, shuffled, neighbours of different categories."""
    piles = [
        [unit for unit in load_units(category, language) if unit.unit_id not in template.without]
        for category in template.units
    ]
    for pile in piles:
        rng.shuffle(pile)
    deck: list[KnowledgeUnit] = []
    while any(piles):
        rng.shuffle(piles)
        deck.extend(pile.pop() for pile in piles if pile)
    return deck


def by_distance(units: Iterable[KnowledgeUnit]) -> list[KnowledgeUnit]:
    """The units as a story lets them begin: what is far away first, what is under the skin last."""
    return sorted(units, key=lambda unit: CATEGORIES.index(unit.category))
