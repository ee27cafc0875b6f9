"""Whether an item is new: its likeness to the nearest of those before it.

By the texts' fingerprints, and by their embeddings' sketches where a model made them: of the two verdicts the graver
counts. So what was made before there was such a model, or while it could not be asked, is still compared with.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import asdict, dataclass
from enum import StrEnum
from typing import Any, Self

from similarity import fingerprint, sketch
from similarity.fingerprint import BITS, METHOD, from_bytes, to_bytes
from similarity.sketch import Sketch

# Judged on the labelled texts of the tests, with room on both sides: unrelated texts stay below 0.25, small changes of
# a text above 0.85, which weighted as a story's are 0.60.
CUTOFFS = {"medium": 0.25, "high": 0.60}
EMBEDDED_CUTOFFS = {"medium": 0.70, "high": 0.85}
"""Of embeddings' cosines, unless others are given: they depend on the model.

Multilingual-e5-small, by the labelled texts, gives unrelated ones up to 0.90, the same matter in other words 0.96-0.98
and small changes of a text from 0.995 on: 0.93 and 0.99 suit it, while these would call all research HIGH."""
STORY_CHARACTERS = 2000
"""How much of a story's beginning is compared."""

_SIGNATURE_WEIGHT, _TEXT_WEIGHT = 0.3, 0.7


class Signal(StrEnum):
    """LOW: new. MEDIUM: related. HIGH: told before."""

    LOW = "LOW"
    MEDIUM = "MEDIUM"
    HIGH = "HIGH"


_GRAVITY = list(Signal)
_BYTES = BITS // 8


@dataclass(frozen=True, slots=True)
class Known:
    """An item to compare with. ``signature`` is a story's, and ``sketch`` where a model embedded its text."""

    item_id: str
    bits: int
    signature: str | None = None
    sketch: Sketch | None = None

    @classmethod
    def stored(cls, item_id: str, data: bytes, signature: str | None, embedding_model: str | None) -> Self:
        """The item of the ``data`` that was stored of it."""
        own, embedded = data[:_BYTES], data[_BYTES:]
        made = Sketch(embedding_model, from_bytes(embedded)) if embedding_model and embedded else None
        return cls(item_id, from_bytes(own), signature, made)

    @property
    def data(self) -> bytes:
        """Fingerprint and sketch, as they are stored; the sketch's model is stored beside."""
        return to_bytes(self.bits) + (to_bytes(self.sketch.bits) if self.sketch else b"")

    @property
    def embedding_model(self) -> str | None:
        """The model that the sketch is by."""
        return self.sketch.model if self.sketch else None


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


def judge(item: Known, others: Iterable[Known], embedded_cutoffs: Mapping[str, float] = EMBEDDED_CUTOFFS) -> Verdict:
    """The verdict on `item`; an item of the same id is passed over, being itself.

    Without signatures the score is the cosine. With them it is 0.3 for an equal signature and 0.7 of the cosine, and
    an equal signature alone is HIGH.
    """
    others = [other for other in others if other.item_id != item.item_id]
    lexical = _nearest(item, others, lambda other: fingerprint.cosine(item.bits, other.bits), METHOD, CUTOFFS)
    own = item.sketch
    embedded = [other for other in others if own and other.sketch and other.sketch.model == own.model]
    if own is None or not embedded:
        return lexical

    def likeness(other: Known) -> float:
        return sketch.cosine(own.bits, other.sketch.bits) if other.sketch else 0.0

    by_model = _nearest(item, embedded, likeness, own.model, embedded_cutoffs)
    return lexical if _GRAVITY.index(lexical.signal) > _GRAVITY.index(by_model.signal) else by_model


def read_cutoffs(text: str) -> dict[str, float]:
    """Cut-offs as settings and options give them: "0.70,0.85", MEDIUM's and HIGH's.

    Raises:
        ValueError: they are not two numbers from 0 to 1, the greater one last.
    """
    medium, high = (float(part) for part in text.split(","))
    if not 0 <= medium <= high <= 1:
        raise ValueError("the cut-offs are two numbers from 0 to 1, the greater one last")
    return {"medium": medium, "high": high}


def unjudged(reason: str) -> Verdict:
    """What stands for a verdict that could not be made: it must not hold up a job."""
    return Verdict(Signal.LOW, 0.0, None, METHOD, dict(CUTOFFS), 0, reason)


def _nearest(
    item: Known, others: list[Known], likeness: Callable[[Known], float], method: str, cutoffs: Mapping[str, float]
) -> Verdict:
    best = (False, 0.0)
    nearest: Known | None = None
    for other in others:
        same, score = False, likeness(other)
        if item.signature is not None:
            same = item.signature == other.signature
            score = _SIGNATURE_WEIGHT * same + _TEXT_WEIGHT * score
        if nearest is None or (same, score) > best:
            nearest, best = other, (same, score)
    same, score = best
    signal = Signal.HIGH if same or score >= cutoffs["high"] else Signal.LOW
    if signal is Signal.LOW and score >= cutoffs["medium"]:
        signal = Signal.MEDIUM
    return Verdict(signal, round(score, 4), nearest.item_id if nearest else None, method, dict(cutoffs), len(others))
