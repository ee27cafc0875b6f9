"""What a story is to be."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from itertools import chain, zip_longest


@dataclass(frozen=True)
class Order:
    """Language, characters, seed, topic, and the research that goes into the story.

    `research` are the concepts of each card, by the card's id.
    """

    language: str
    target_length: int
    seed: int
    topic: str | None = None
    research: Mapping[str, Sequence[str]] = field(default_factory=dict)

    @property
    def concepts(self) -> list[str]:
        """The first concept of each card, then the second of each, and so on: a story may have room for few."""
        return [concept for concept in chain.from_iterable(zip_longest(*self.research.values())) if concept]
