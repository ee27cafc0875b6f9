"""Sketches of a model's embeddings: on which side of 4096 planes through the origin a vector lies.

Two vectors at an angle a differ in a share a/π of the sides (Charikar 2002, "Similarity estimation techniques from
rounding algorithms"), so that their sketches tell their cosine to about ±0.02. Sketches are as long as fingerprints,
whatever the model's dimensions, and as quickly compared. The planes are the rows of pseudo-random rotations: signs
flipped, then a Walsh-Hadamard transform, twice.
"""

import math
import random
from collections.abc import Sequence
from dataclasses import dataclass

from similarity.fingerprint import BITS

_TURNS = 2
_LEAST_SIZE = 256  # shorter vectors are padded: a rotation of few numbers is not random enough


@dataclass(frozen=True, slots=True)
class Sketch:
    """``bits`` of an embedding by ``model``; those of different models cannot be compared."""

    model: str
    bits: int


def sketch(model: str, vector: Sequence[float]) -> Sketch:
    """The vector's sketch.

    Raises:
        ValueError: it has no direction.
    """
    if not any(vector) or not all(map(math.isfinite, vector)):
        raise ValueError("an embedding must have a direction")
    size = max(1 << (len(vector) - 1).bit_length(), _LEAST_SIZE)
    padded = [*map(float, vector), *([0.0] * (size - len(vector)))]
    signs = random.Random(size)
    bits = made = 0
    while made < BITS:
        turned = padded
        for _ in range(_TURNS):
            flips = signs.getrandbits(size)
            turned = _transformed([-x if flips >> place & 1 else x for place, x in enumerate(turned)])
        for x in turned[: BITS - made]:
            bits = bits << 1 | (x > 0)
        made += min(size, BITS - made)
    return Sketch(model, bits)


def cosine(first: int, second: int) -> float:
    """Cosine of the embeddings as 0 to 1; what it says below 0 means no more than 0 does."""
    return max(math.cos(math.pi * (first ^ second).bit_count() / BITS), 0.0)


def _transformed(values: list[float]) -> list[float]:
    """The fast Walsh-Hadamard transform, not scaled: only signs are looked at."""
    span = 1
    while span < len(values):
        for start in range(0, len(values), 2 * span):
            left, right = values[start : start + span], values[start + span : start + 2 * span]
            values[start : start + span] = [a + b for a, b in zip(left, right, strict=True)]
            values[start + span : start + 2 * span] = [a - b for a, b in zip(left, right, strict=True)]
        span *= 2
    return values
