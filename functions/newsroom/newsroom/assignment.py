"""What the newsroom is asked for."""

from dataclasses import dataclass

_MARK = "\N{SINGLE LEFT-POINTING ANGLE QUOTATION MARK}"


def without_marks(text: str) -> str:
    """The text so that it cannot close the marks that it stands between in prompts."""
    return text.replace("<", _MARK)


@dataclass(frozen=True, slots=True)
class Source:
    """What the article is written from. ``kind`` is file, url or sample."""

    kind: str
    title: str
    text: str
    url: str | None = None


@dataclass(frozen=True, slots=True)
class Assignment:
    """``length`` is in words, as spaces divide them, and a bound."""

    language: str
    level: str
    length: int
    topic: str
    source: Source
