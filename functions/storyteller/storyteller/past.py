"""What was made before, to compare with: read from a directory of artifacts, or from a file made for the purpose."""

import base64
import json
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from commandline.exit_codes import CliError, ExitCode
from similarity.fingerprint import fingerprint, from_bytes, to_bytes
from similarity.sketch import Sketch
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
        Past(
            Known(story.story_id, story_bits(_body(story.text)), story.signature, kept_sketch(story.embedding)),
            story.template_id,
            story.units,
        )
        for story in read_history(place)
        if story.text.is_file()
    ]


def read_cards(place: Path) -> list[Past]:
    """Earlier research cards, oldest first; CliError if the file is no history."""
    if place.is_file():
        return list(_from_file(place))
    from storyteller.research.publish import known_card, load_cards

    return [Past(known_card(card)) for card in load_cards(place, CARDS_MOST)]


def story_bits(body: str) -> int:
    """The fingerprint of a story."""
    return fingerprint(body[:STORY_CHARACTERS])


def told_of(known: Known) -> dict[str, str]:
    """What the result summary tells of an item, for later ones to be compared with it."""
    model = {"embedding_model": known.embedding_model} if known.embedding_model else {}
    return {"fingerprint": base64.b64encode(known.data).decode(), **model}


def kept(sketch: Sketch) -> dict[str, str]:
    """A sketch as the metadata of a story or card keep it."""
    return {"model": sketch.model, "sketch": base64.b64encode(to_bytes(sketch.bits)).decode()}


def kept_sketch(embedding: Any) -> Sketch | None:
    """The sketch that metadata keep; None of one that is none."""
    try:
        return Sketch(str(embedding["model"]), from_bytes(base64.b64decode(embedding["sketch"], validate=True)))
    except (ValueError, KeyError, TypeError):
        return None


def _from_file(path: Path) -> Iterator[Past]:
    """A line of JSON for each: id, fingerprint, embedding_model, signature, template_id."""
    try:
        for line in path.read_text(encoding="utf-8").splitlines():
            entry = json.loads(line)
            data = base64.b64decode(entry["fingerprint"], validate=True)
            known = Known.stored(str(entry["id"]), data, entry.get("signature"), entry.get("embedding_model"))
            yield Past(known, entry.get("template_id"))
    except (ValueError, KeyError, TypeError) as error:
        raise CliError(ExitCode.INPUT_ERROR, f"{path} is no history") from error


def _body(path: Path) -> str:
    """The text of a story's markdown, without front matter and title."""
    text = path.read_text(encoding="utf-8", errors="replace")
    _, _, told = text.partition("\n---\n\n# ")
    return (told or text).partition("\n\n")[2]
