"""The lexical embedding: which character 5-grams a text has, hashed into 4096 bits.

Of presence, not of counts: two texts are then compared by counting common bits, which is some microseconds' work even
in Python, and ten thousand fingerprints are 5 MB. Characters are taken apart first (NFD), so that a Korean syllable is
two or three of them and words that share a stem under different endings share most of their grams.
"""

import math
import re
import unicodedata
import zlib

METHOD = "lexical-1"
"""Fingerprints of different methods cannot be compared; whoever changes the method changes this name."""

BITS = 4096
_GRAM = 5
_WORDS = re.compile(r"\w+")


def fingerprint(text: str) -> int:
    """The text's bits; 0 for a text without letters or digits."""
    words = " ".join(_WORDS.findall(unicodedata.normalize("NFD", text.lower())))
    padded = f" {words} " if words else ""
    bits = bytearray(BITS // 8)
    for start in range(len(padded) - _GRAM + 1):
        place = zlib.crc32(padded[start : start + _GRAM].encode()) % BITS
        bits[place // 8] |= 1 << place % 8
    return int.from_bytes(bits, "little")


def to_bytes(bits: int) -> bytes:
    """A fingerprint as it is stored."""
    return bits.to_bytes(BITS // 8, "little")


def from_bytes(data: bytes) -> int:
    """A stored fingerprint."""
    return int.from_bytes(data, "little")


def cosine(first: int, second: int) -> float:
    """Cosine of the two bit vectors, each less its mean, as 0 to 1.

    Centred, because long texts fill so many of the bits that any two of them have many in common. For 0/1 vectors this
    is the phi coefficient; what it says below 0 (fewer in common than chance gives) means no more than 0 does.
    """
    ones, others = first.bit_count(), second.bit_count()
    spread = math.sqrt(ones * (BITS - ones) * others * (BITS - others))
    if not spread:
        return 0.0
    centred = (first & second).bit_count() * BITS - ones * others
    return min(max(centred / spread, 0.0), 1.0)
