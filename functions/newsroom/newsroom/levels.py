"""How hard words and sentences are, by how often people use them."""

from functools import cache
from typing import Literal, cast

type Level = Literal["A1", "A2", "B1", "B2", "C1", "C2"]
LEVELS: tuple[Level, ...] = ("A1", "A2", "B1", "B2", "C1", "C2")

# Zipf frequencies (van Heuven et al. 2014): log10 of the occurrences in a billion words. CEFR defines no such numbers;
# these are ours, by eye, so that the thousand commonest words are A1 and those of one in two million are C2.
_LEAST_ZIPF: dict[Level, float] = {"A1": 5.0, "A2": 4.5, "B1": 4.0, "B2": 3.5, "C1": 2.8}
LONGEST_SENTENCE = {"A1": 8, "A2": 12, "B1": 16, "B2": 22, "C1": 30, "C2": 1000}
"""Words that a sentence should have at most, also by eye."""


def level_of(word: str, language: str) -> Level:
    """CEFR level at which readers may be expected to know the word, approximately."""
    frequency = zipf(word, language)
    return next((level for level, least in _LEAST_ZIPF.items() if frequency >= least), "C2")


def is_above(word: str, level: str, language: str) -> bool:
    """Whether the word is above the level."""
    return LEVELS.index(level_of(word, language)) > LEVELS.index(cast("Level", level))


@cache
def zipf(word: str, language: str) -> float:
    """0 for a word that the lists do not have."""
    from wordfreq import zipf_frequency

    return float(zipf_frequency(word, language))


@cache
def words_of(text: str, language: str) -> tuple[str, ...]:
    """The words that count: of Korean, what MeCab takes apart, without endings and particles of one syllable."""
    from wordfreq import tokenize

    words = [word for word in tokenize(text, language) if any(character.isalpha() for character in word)]
    return tuple(word for word in words if len(word) > 1 or language != "ko")
