"""Mechanical faults of a finished story: what can be said about prose without taste."""

import re
from collections import Counter

from storyteller.offline.korean import final_consonant

SHORTEST_SENTENCE = {"ko": 10, "en": 20}  # characters; shorter ones ("he said.") may come twice
TOLERANCE = 0.10

# Endings that can only be particles after this word, so that the check needs no dictionary.
_PARTICLES = {"을": True, "를": False, "은": True, "는": False, "과": True, "와": False}


def sentences(text: str) -> list[str]:
    """The text's sentences, split after a stop and any closing quote."""
    return [part.strip() for part in re.split(r"(?<=[.?!…”’])\s+", text) if part.strip()]  # noqa: RUF001


def repeated_sentences(text: str, language: str) -> list[str]:
    """Sentences that stand in the text more than once."""
    counts = Counter(part for part in sentences(text) if len(part) >= SHORTEST_SENTENCE[language])
    return [part for part, count in counts.items() if count > 1]


def wrong_particles(text: str, words: list[str]) -> list[str]:
    """Places where one of `words` (names, places, things) is followed by the particle for another final sound."""
    return [
        match[0]
        for word in words
        for match in re.finditer(re.escape(word) + r"(을|를|은|는|과|와)(?![가-힣])", text)
        if bool(final_consonant(word)) != _PARTICLES[match[1]]
    ]


def faults(text: str, language: str, target_length: int) -> list[str]:
    """Everything wrong with a story's body, as sentences; empty when there is nothing."""
    found = [f"repeated: {sentence}" for sentence in repeated_sentences(text, language)]
    if abs(len(text) - target_length) > target_length * TOLERANCE:
        found.append(f"length {len(text)} instead of {target_length}")
    if re.search(r"[{}<>|]", text):
        found.append("unresolved markup")
    if text.count("“") != text.count("”"):
        found.append("unbalanced quotes")
    return found


def similarity(first: str, second: str) -> float:
    """Jaccard similarity of the texts' character 5-grams, 0-1."""
    grams = [{text[start : start + 5] for start in range(len(text) - 4)} for text in (first, second)]
    return len(grams[0] & grams[1]) / max(1, len(grams[0] | grams[1]))


def shared_sentences(first: str, second: str) -> float:
    """Which part of its sentences the shorter text has in common with the other, 0-1."""
    told = [set(sentences(text)) for text in (first, second)]
    return len(told[0] & told[1]) / max(1, min(len(told[0]), len(told[1])))
