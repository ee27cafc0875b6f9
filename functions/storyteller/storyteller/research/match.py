"""Which research card a story about a topic should draw on. Standard library only: workers choose by it too."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass


@dataclass(frozen=True)
class Candidate:
    """What a card is chosen by."""

    card_id: str
    topic: str
    tags: Sequence[str]
    title: str


def best_match(topic: str, candidates: Iterable[Candidate]) -> str | None:
    """The id of the card that fits the topic best: its own topic, else a tag, else its title; the newest of equals.

    None when nothing fits.
    """
    ranked = [(_rank(_folded(topic), candidate), candidate.card_id) for candidate in candidates]
    rank, card_id = max(ranked, default=(0, None))
    return card_id if rank else None


def _rank(topic: str, candidate: Candidate) -> int:
    if _folded(candidate.topic) == topic:
        return 3
    tags = {_folded(tag) for tag in candidate.tags} - {""}
    if topic in tags or tags & set(topic.split()):
        return 2
    return 1 if topic and topic in _folded(candidate.title) else 0


def _folded(text: str) -> str:
    return " ".join(text.casefold().split())
