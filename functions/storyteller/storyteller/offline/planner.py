"""Which passages a story of a given length has, and in what order.

The story is told whole at any length: rank 1 always stands. What room is left goes to what else happens (rank 2),
then to the scenes one after another, in an order drawn for the story, so that now these and now those are told in
depth. Knowledge units begin one after another, from what is far away to what is close, so that a long story closes in.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from random import Random

from storyteller.offline.checks import sentences
from storyteller.story.prose import SLOT, Passage, Scene
from storyteller.story.units import KnowledgeUnit

UNIT_EVERY = {"ko": 720, "en": 1900}  # characters; about how much story carries one knowledge unit
SLACK = 1.03  # how far past the target the filling may go
LIMIT = 1.08  # and the last, best-fitting passage; the promise is 1.10


@dataclass(frozen=True)
class Drawn:
    """A passage as this story words it: `text` is its `wording` with the facts put in."""

    passage: Passage
    scene: int
    wording: str
    text: str
    of_unit: bool = False

    @property
    def cost(self) -> int:
        """Characters it adds, with the space or line ends around it."""
        return len(self.text) + 2


def arrange(scenes: Sequence[Scene], units: Sequence[KnowledgeUnit], asides: Sequence[Scene]) -> list[Scene]:
    """The scenes in telling order, with the units' instalments and the asides in the slots left for them.

    Unit after unit begins, each a little later than the one before, and runs through the slots that follow; the
    asides (about the research, or looking back) are spread over the slots and close them.
    """
    count = sum(scene.name == SLOT for scene in scenes)
    slots: list[list[Scene]] = [[] for _ in range(count)]
    for number, unit in enumerate(units):
        last = max(count - len(unit.instalments), 0)
        first = number * (last + 1) // len(units)
        for part, instalment in enumerate(unit.instalments):
            slots[min(first + part, count - 1)].append(instalment)
    for number, aside in enumerate(asides):
        slots[(number + 1) * count // (len(asides) + 1)].append(aside)
    waiting = iter(slots)
    return [told for scene in scenes for told in (next(waiting) if scene.name == SLOT else [scene])]


def unit_count(target: int, language: str) -> int:
    """How many knowledge units a story of `target` characters carries at least."""
    return round(target / UNIT_EVERY[language])


def skeleton(drawn: Sequence[Drawn]) -> int:
    """Characters of what is told at any length."""
    return sum(item.cost for item in drawn if item.passage.rank == 1)


def select(drawn: Sequence[Drawn], target: int, rng: Random) -> list[Drawn]:
    """The passages that tell the story in about `target` characters, in telling order."""
    scenes = sorted({item.scene for item in drawn})
    depth = {scene: order for order, scene in enumerate(rng.sample(scenes, len(scenes)))}
    chosen = {index for index, item in enumerate(drawn) if item.passage.rank == 1}
    names = {drawn[index].passage.name for index in chosen}
    said = {sentence for index in chosen for sentence in sentences(drawn[index].text)}
    total = sum(drawn[index].cost for index in chosen)

    def fits(index: int, limit: float) -> bool:
        item = drawn[index]
        known = item.passage.needs is None or item.passage.needs in names
        short = index not in chosen and known and total + item.cost <= target * limit
        return short and said.isdisjoint(sentences(item.text))

    def urgency(index: int) -> tuple[bool, bool, int, int, int]:
        """First what happens (rank 2), then scene after scene in depth, the units' before the template's."""
        item = drawn[index]
        return item.passage.rank > 2, not item.of_unit, depth[item.scene], item.passage.rank, index

    order = sorted(range(len(drawn)), key=urgency)
    for _ in range(2):  # a second time for passages whose named one came after them
        for index in order:
            if fits(index, SLACK):
                chosen.add(index)
                names.add(drawn[index].passage.name)
                said.update(sentences(drawn[index].text))
                total += drawn[index].cost
    rest = [index for index in order if fits(index, LIMIT)]
    if rest and total < target * (2 - SLACK):
        chosen.add(min(rest, key=lambda index: abs(total + drawn[index].cost - target)))
    return [drawn[index] for index in sorted(chosen)]


def lay_out(chosen: Sequence[Drawn]) -> str:
    """Set passages as paragraphs."""
    paragraphs: list[list[str]] = []
    last: tuple[int, int] | None = None
    for item in chosen:
        place = (item.scene, item.passage.paragraph)
        if place != last:
            paragraphs.append([])
        paragraphs[-1].append(item.text)
        last = place
    return "\n\n".join(" ".join(paragraph) for paragraph in paragraphs)
