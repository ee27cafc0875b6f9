"""What a story is to be."""

from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True)
class Order:
    """Language, characters, seed, topic, and the research that goes into the story.

    `research` are the ids of the cards whose `concepts` it takes up.
    """

    language: str
    target_length: int
    seed: int
    topic: str | None = None
    concepts: Sequence[str] = ()
    research: Sequence[str] = ()
