"""An article's two files: the text that people read, with its source before it, and what programs read."""

import json
import re
from collections.abc import Iterator
from datetime import UTC, datetime
from itertools import batched
from pathlib import Path
from secrets import token_hex

from commandline.files import write_atomically
from commandline.models import OFFLINE
from newsroom.assignment import Assignment
from newsroom.crew import Newsroom
from newsroom.drafts import Review, words_in

_SENTENCES_A_PARAGRAPH = 4
_SLUG_LENGTH = 60


def publish(out: Path, room: Newsroom, review: Review) -> dict[str, object]:
    """Store the article in `out` and return what the result summary says of it.

    Raises OSError when it cannot be stored. The details come last: where there is a .json, the .md is complete.
    """
    assignment, source = room.assignment, room.assignment.source
    replaced = [sentence.model_dump() for sentence in review.sentences if sentence.text != sentence.original]
    told: dict[str, object] = {
        "title": review.title,
        "language": assignment.language,
        "level": assignment.level,
        "length": assignment.length,
        "word_count": words_in(sentence.text for sentence in review.sentences),
        "topic": assignment.topic,
        "source": {"kind": source.kind, "title": source.title, "url": source.url},
        "model": room.model,
        "provider": room.model.partition(":")[0],
        "generator": OFFLINE if room.model == OFFLINE else room.model,
        "created_at": datetime.now(UTC).isoformat(timespec="milliseconds"),
    }
    details = told | {
        "replaced_sentences": replaced,
        "difficult_words": [
            word.model_dump() | {"example": example_of(word.word, review)} for word in review.difficult_words
        ],
        "usage": room.usage,
    }
    name = f"{_slug(review.title)}-{token_hex(4)}"
    write_atomically(out / f"{name}.md", _as_markdown(assignment, review, str(told["generator"])))
    write_atomically(out / f"{name}.json", json.dumps(details, ensure_ascii=False, indent=2) + "\n")
    files = [f"{name}.md", f"{name}.json"]
    return {"article": told | {"replaced": len(replaced), "artifacts": files}}


def example_of(word: str, review: Review) -> str | None:
    """The first sentence of the article that has the word."""
    texts = (sentence.text for sentence in review.sentences)
    return next((text for text in texts if word.lower() in text.lower()), None)


def _as_markdown(assignment: Assignment, review: Review, generator: str) -> str:
    return "\n".join(_lines(assignment, review, generator)) + "\n"


def _lines(assignment: Assignment, review: Review, generator: str) -> Iterator[str]:
    source = assignment.source
    place = f", <{source.url}>" if source.url else ""
    yield from (f"# {_line(review.title)}", "", f"> Source: {_line(source.title)}{place}  ")
    yield from (f"> Level {assignment.level}, {assignment.language}, written by {generator}", "")
    for sentences in batched(review.sentences, _SENTENCES_A_PARAGRAPH, strict=False):
        yield from (" ".join(_line(sentence.text) for sentence in sentences), "")
    if review.difficult_words:
        explained = any(word.gloss for word in review.difficult_words)  # by rule few words are
        yield from ("## Words", "", _row("word", "level", *(("meaning",) if explained else ()), "example"))
        yield "|---" * (4 if explained else 3) + "|"
        for word in review.difficult_words:
            meaning = (word.gloss or "",) if explained else ()
            yield _row(word.word, word.level, *meaning, example_of(word.word, review) or "")


def _row(*cells: str) -> str:
    return f"| {' | '.join(_cell(cell) for cell in cells)} |"


def _line(text: str) -> str:
    """In one line, and without HTML: a topic may come from anybody."""
    return " ".join(text.split()).replace("<", "\\<")


def _cell(text: str) -> str:
    return _line(text).replace("|", "\\|")


def _slug(title: str) -> str:
    return re.sub(r"[^\w]+", "-", title.lower()).strip("-_")[:_SLUG_LENGTH].strip("-_") or "article"
