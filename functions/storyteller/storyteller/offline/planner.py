"""Which passages a story of a given length has.

The story is told whole at any length: rank 1 always stands. What room is left goes to the scenes one after another,
in an order drawn for the story, so that some scenes are told in depth instead of all of them a little.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from random import Random

from storyteller.offline.template import SLOT, Passage, Scene

THREAD_EVERY = 2600  # characters; about how much story carries one side thread
SLACK = 1.03  # how far past the target the filling may go
LIMIT = 1.08  # and the last, best-fitting passage; the promise is 1.10


@dataclass(frozen=True)
class Drawn:
    """A passage as this story words it."""

    passage: Passage
    scene: int
    text: str

    @property
    def cost(self) -> int:
        """Characters it adds, with the space or line ends around it."""
        return len(self.text) + 2


def arrange(scenes: Sequence[Scene], threads: Iterable[Sequence[Scene]]) -> list[Scene]:
    """The scenes in telling order, the threads' instalments in the slots left for them."""
    slots: dict[int, list[Scene]] = {}
    for number, thread in enumerate(threads):
        for part, instalment in enumerate(thread):
            slots.setdefault(part + number % 2, []).append(instalment)
    arranged: list[Scene] = []
    slot = 0
    for scene in scenes:
        if scene.name != SLOT:
            arranged.append(scene)
            continue
        arranged.extend(slots.get(slot, []))
        slot += 1
    return arranged


def thread_count(target: int) -> int:
    """How many side threads a story of `target` characters carries at least."""
    return round(target / THREAD_EVERY) if target >= THREAD_EVERY * 0.7 else 0


def skeleton(drawn: Sequence[Drawn]) -> int:
    """Characters of what is told at any length."""
    return sum(item.cost for item in drawn if item.passage.rank == 1)


def select(drawn: Sequence[Drawn], target: int, rng: Random) -> list[Drawn]:
    """The passages that tell the story in about `target` characters, in telling order."""
    scenes = sorted({item.scene for item in drawn})
    depth = {scene: order for order, scene in enumerate(rng.sample(scenes, len(scenes)))}
    chosen = {index for index, item in enumerate(drawn) if item.passage.rank == 1}
    names = {drawn[index].passage.name for index in chosen}
    total = sum(drawn[index].cost for index in chosen)

    def fits(index: int, limit: float) -> bool:
        item = drawn[index]
        known = item.passage.needs is None or item.passage.needs in names
        return index not in chosen and known and total + item.cost <= target * limit

    def urgency(index: int) -> tuple[int, int, int]:
        return drawn[index].passage.rank, depth[drawn[index].scene], index

    order = sorted(range(len(drawn)), key=urgency)
    for rank in sorted({item.passage.rank for item in drawn}):
        for _ in range(2):  # a second time for passages whose named one came after them
            for index in order:
                if drawn[index].passage.rank == rank and fits(index, SLACK):
                    chosen.add(index)
                    names.add(drawn[index].passage.name)
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
