"""Whether an item is new: its likeness to the nearest of those before it."""

from collections.abc import Iterable
from dataclasses import asdict, dataclass
from enum import StrEnum
from typing import Any

from similarity.fingerprint import METHOD, cosine

# Judged on the labelled texts of the tests, with room on both sides: unrelated texts stay below 0.25, small changes of
# a text above 0.85, which weighted as a story's are 0.60.
CUTOFFS = {"medium": 0.25, "high": 0.60}
STORY_CHARACTERS = 2000
"""How much of a story's beginning is compared."""

_SIGNATURE_WEIGHT, _TEXT_WEIGHT = 0.3, 0.7


class Signal(StrEnum):
    """LOW: new. MEDIUM: related. HIGH: told before."""

    LOW = "LOW"
    MEDIUM = "MEDIUM"
    HIGH = "HIGH"


@dataclass(frozen=True, slots=True)
class Known:
    """An item to compare with. ``signature`` is a story's; research has none."""

    item_id: str
    bits: int
    signature: str | None = None


@dataclass(frozen=True, slots=True)
class Verdict:
    """``similarity_score`` is 0-1; ``compared`` says with how many items, by which ``method`` and ``cutoffs``."""

    signal: Signal
    similarity_score: float
    nearest_id: str | None
    method: str
    cutoffs: dict[str, float]
    compared: int
    message: str | None = None

    def as_dict(self) -> dict[str, Any]:
        """For JSON."""
        return asdict(self)


def judge(item: Known, others: Iterable[Known]) -> Verdict:
    """The verdict on `item`; an item of the same id is passed over, being itself.

    Without signatures the score is the cosine. With them it is 0.3 for an equal signature and 0.7 of the cosine, and
    an equal signature alone is HIGH.
    """
    compared, best = 0, (False, 0.0)
    nearest: Known | None = None
    for other in others:
        if other.item_id == item.item_id:
            continue
        compared += 1
        likeness = _likeness(item, other)
        if nearest is None or likeness > best:
            nearest, best = other, likeness
    same, score = best
    signal = Signal.HIGH if same or score >= CUTOFFS["high"] else _below_high(score)
    return Verdict(signal, round(score, 4), nearest.item_id if nearest else None, METHOD, dict(CUTOFFS), compared)


def unjudged(reason: str) -> Verdict:
    """What stands for a verdict that could not be made: it must not hold up a job."""
    return Verdict(Signal.LOW, 0.0, None, METHOD, dict(CUTOFFS), 0, reason)


def _likeness(item: Known, other: Known) -> tuple[bool, float]:
    text = cosine(item.bits, other.bits)
    if item.signature is None:
        return False, text
    same = item.signature == other.signature
    return same, _SIGNATURE_WEIGHT * same + _TEXT_WEIGHT * text


def _below_high(score: float) -> Signal:
    return Signal.MEDIUM if score >= CUTOFFS["medium"] else Signal.LOW
