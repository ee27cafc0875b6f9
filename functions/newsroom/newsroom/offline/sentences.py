"""Sentences: taken apart, judged, made simpler."""

import re
from functools import cache
from pathlib import Path

from newsroom.levels import LONGEST_SENTENCE, is_above, words_of

_CLOSING = "\"')\N{RIGHT DOUBLE QUOTATION MARK}\N{RIGHT SINGLE QUOTATION MARK}"
_OPENING = "\"'(\N{LEFT DOUBLE QUOTATION MARK}\N{LEFT SINGLE QUOTATION MARK}"
_END = re.compile(rf"(?:(?<=[.!?。])|(?<=[.!?。][{_CLOSING}]))\s+(?=[{_OPENING}]?[A-Z0-9가-힣])")
_ABBREVIATION = re.compile(r"\b(Mr|Mrs|Ms|Dr|St|Prof|vs|etc|e\.g|i\.e)\.$")
_ASIDE = re.compile(r"\s*[(\[][^)\]]*[)\]]")
_CLAUSE = re.compile(
    r"(?:;\s*(?:and |but |so |for )?|,\s*(?:and|but|so)\s+)"
    r"(?=(?:I|he|she|it|we|they|you|there|this|that|the|a|an|his|her|its|my|our|their)\b)"
)
_FEWEST_WORDS = 3
_LEXICON = {language: Path(__file__).with_name(f"simpler.{language}.txt") for language in ("en", "ko")}


def split(text: str) -> list[str]:
    """The text's sentences, without headings and scraps."""
    found: list[str] = []
    for paragraph in re.split(r"\n\s*\n|\n(?=[•*#-])", text):
        begun = ""
        for part in _END.split(" ".join(paragraph.split())):
            begun = f"{begun} {part}".strip()
            if not _ABBREVIATION.search(begun):
                found.append(begun)
                begun = ""
        found += [begun] if begun else []
    return [sentence for sentence in found if _is_whole(sentence)]


def difficulty(sentence: str, level: str, language: str) -> float:
    """Share of the words above the level, and how far the sentence is over its readers' measure; 0 is easy."""
    words = words_of(sentence, language)
    above = sum(is_above(word, level, language) for word in words) / max(len(words), 1)
    return above + max(len(sentence.split()) / LONGEST_SENTENCE[level] - 1, 0)


def simplify(sentence: str, level: str, language: str) -> str:
    """The sentence without asides, with simpler words where they are known, and in parts if it is long.

    What the level's readers know stays as it is.
    """
    if LONGEST_SENTENCE[level] <= LONGEST_SENTENCE["B1"]:
        sentence = _ASIDE.sub("", sentence)
    for word, simpler in simpler_words(language).items():
        if word in sentence.lower() and is_above(word, level, language):
            sentence = _replaced(sentence, word, simpler)
    if len(sentence.split()) > LONGEST_SENTENCE[level]:
        sentence = ". ".join(part[:1].upper() + part[1:] for part in _CLAUSE.split(sentence))
    return sentence


@cache
def simpler_words(language: str) -> dict[str, str]:
    """Hard words and what says the same more simply."""
    lines = _LEXICON[language].read_text(encoding="utf-8").splitlines()
    pairs = (line.split("=", 1) for line in lines if "=" in line and not line.startswith("#"))
    return {word.strip(): simpler.strip() for word, simpler in pairs}


def _is_whole(sentence: str) -> bool:
    return len(sentence.split()) >= _FEWEST_WORDS and sentence.rstrip(_CLOSING)[-1:] in (".", "!", "?", "。")


def _replaced(sentence: str, word: str, simpler: str) -> str:
    def put(match: re.Match[str]) -> str:
        article, found = match[1] or "", match[2]
        if article:
            fitting = "an " if simpler[0] in "aeiou" else "a "
            article = fitting.capitalize() if article[0].isupper() else fitting
        return article + (simpler[0].upper() + simpler[1:] if found[0].isupper() else simpler)

    return re.sub(rf"\b(an? )?({re.escape(word)})\b", put, sentence, flags=re.IGNORECASE)
