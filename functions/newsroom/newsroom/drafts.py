"""What the agents hand on, each as one JSON object, and what of it is not let pass."""

from collections.abc import Iterable
from typing import Annotated, Literal

from pydantic import BaseModel, Field

Sentence = Annotated[str, Field(min_length=1, max_length=3000)]
Title = Annotated[str, Field(min_length=1, max_length=120)]


class Findings(BaseModel):
    """The finder's: what the source says of the topic."""

    sentences: list[Sentence] = Field(min_length=1, max_length=800, description="Word for word from the source.")


class Choice(BaseModel):
    """The picker's: what becomes the article."""

    title: Title
    sentences: list[Sentence] = Field(min_length=1, max_length=400, description="Some of those found, in their order.")


class Rewritten(BaseModel):
    """A sentence of the source, and as the article has it."""

    original: Sentence
    text: Sentence


class Rewriting(BaseModel):
    """The rewriter's."""

    title: Title
    sentences: list[Rewritten] = Field(min_length=1, max_length=400)


class Word(BaseModel):
    """A word of the article above its readers' level."""

    word: str = Field(min_length=1, max_length=60)
    level: Literal["A1", "A2", "B1", "B2", "C1", "C2"]
    gloss: str | None = Field(max_length=300, description="Its meaning in simpler words.")


class Review(Rewriting):
    """The reviewer's: the article."""

    difficult_words: list[Word] = Field(max_length=40)


def not_in(source: str, sentences: Iterable[str]) -> list[str]:
    """Sentences that the source does not have; only the white space may differ."""
    whole = _even(source)
    return [sentence for sentence in sentences if _even(sentence) not in whole]


def words_in(sentences: Iterable[str]) -> int:
    """As spaces divide them."""
    return sum(len(sentence.split()) for sentence in sentences)


def _even(text: str) -> str:
    return " ".join(text.split())
