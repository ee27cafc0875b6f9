"""What was made before, to compare with: read from a directory of artifacts, or from a file made for the purpose."""

import base64
import json
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from commandline.exit_codes import CliError, ExitCode
from similarity.fingerprint import fingerprint, from_bytes, to_bytes
from similarity.verdict import STORY_CHARACTERS, Known

CARDS_MOST = 1000  # of a directory, the newest


@dataclass(frozen=True)
class Past:
    """One earlier story or card; `template_id` and `units`, its knowledge units, are a story's."""

    known: Known
    template_id: str | None = None
    units: tuple[str, ...] = ()


def read_stories(place: Path) -> list[Past]:
    """Earlier stories, oldest first; CliError if the file is no history."""
    if place.is_file():
        return list(_from_file(place))
    from storyteller.story.history import read_history

    return [
        Past(Known(story.story_id, story_bits(_body(story.text)), story.signature), story.template_id, story.units)
        for story in read_history(place)
        if story.text.is_file()
    ]


def read_cards(place: Path) -> list[Past]:
    """Earlier research cards, oldest first; CliError if the file is no history."""
    if place.is_file():
        return list(_from_file(place))
    from storyteller.research.card import text_of
    from storyteller.research.publish import load_cards

    cards = load_cards(place, CARDS_MOST)
    return [Past(Known(card.card_id, fingerprint(text_of(card.input.topic, card.output)))) for card in cards]


def story_bits(body: str) -> int:
    """The fingerprint of a story."""
    return fingerprint(body[:STORY_CHARACTERS])


def encoded(bits: int) -> str:
    """A fingerprint as text, for the result summary."""
    return base64.b64encode(to_bytes(bits)).decode()


def _from_file(path: Path) -> Iterator[Past]:
    """A line of JSON for each: id, fingerprint, signature, template_id."""
    try:
        for line in path.read_text(encoding="utf-8").splitlines():
            entry = json.loads(line)
            bits = from_bytes(base64.b64decode(entry["fingerprint"], validate=True))
            yield Past(Known(str(entry["id"]), bits, entry.get("signature")), entry.get("template_id"))
    except (ValueError, KeyError, TypeError) as error:
        raise CliError(ExitCode.INPUT_ERROR, f"{path} is no history") from error


def _body(path: Path) -> str:
    """The text of a story's markdown, without front matter and title."""
    text = path.read_text(encoding="utf-8", errors="replace")
    _, _, told = text.partition("\n---\n\n# ")
    return (told or text).partition("\n\n")[2]
