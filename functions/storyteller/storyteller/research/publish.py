"""A card's two artifacts: JSON for programs, markdown for people."""

import json
import sys
from pathlib import Path

from commandline.files import write_atomically
from similarity.fingerprint import fingerprint
from similarity.verdict import Known
from storyteller.past import kept_sketch, told_of
from storyteller.research.card import Card, text_of

HEADINGS = {
    "ko": {"concepts": "핵심 개념", "uses": "이야기에 쓰기", "affinity": "어울리는 뼈대", "none": "없음"},
    "en": {"concepts": "Key concepts", "uses": "For a story", "affinity": "What it lends itself to", "none": "none"},
}


def publish_card(out: Path, card: Card) -> dict[str, object]:
    """Write the card to `out` and return its entry for the result summary; OSError when it cannot be stored.

    The JSON comes last: where there is a .json, the .md is complete.
    """
    names = [f"{card.card_id}.md", f"{card.card_id}.json"]
    write_atomically(out / names[0], as_markdown(card))
    content = card.model_dump(mode="json")
    write_atomically(out / names[1], json.dumps(content, ensure_ascii=False, indent=2) + "\n")
    return {
        "card_id": card.card_id,
        "title": card.output.title,
        "summary": card.output.summary,
        "topic": card.input.topic,
        "tags": card.input.tags,
        "language": card.metadata["language"],
        "quality": card.validation.quality,
        "usable": card.is_usable,
        "canonical_core": card.canonical_core,
        "dedup": content["dedup"],
        **told_of(known_card(card)),
        "model": card.metadata["model"],
        "generator": card.metadata["generator"],
        "created_at": card.metadata["created_at"],
        "artifacts": names,
    }


def known_card(card: Card) -> Known:
    """What later cards are held against."""
    bits = fingerprint(text_of(card.input.topic, card.output))
    return Known(card.card_id, bits, sketch=kept_sketch(card.metadata.get("embedding")))


def load_card(path: Path) -> Card:
    """Read a card; ValueError if the file holds none."""
    return Card.model_validate_json(path.read_bytes())


def load_cards(directory: Path, most: int) -> list[Card]:
    """The newest cards of a directory, oldest first; what is no card is passed over."""
    cards = []
    for path in sorted(directory.glob("RC-*.json"))[-most:]:
        try:
            cards.append(load_card(path))
        except ValueError:
            print(f"{path.name} is no research card", file=sys.stderr)
    return cards


def as_markdown(card: Card) -> str:
    """The card as a document."""
    words = HEADINGS[card.metadata["language"]]
    found = card.output
    affinity = [
        f"- {dimension}: {', '.join(values) or words['none']}"
        for dimension, values in found.canonical_affinity.model_dump(mode="json").items()
    ]
    sections = [
        f"# {_inline(found.title or card.input.topic)}",
        f"`{card.card_id}` · {card.validation.quality} · {card.metadata['model']}",
        _inline(found.summary),
        _listed(words["concepts"], found.key_concepts, words["none"]),
        _listed(words["uses"], found.horror_applications, words["none"]),
        "\n".join([f"## {words['affinity']}", "", *affinity]),
    ]
    return "\n\n".join(section for section in sections if section) + "\n"


def _listed(heading: str, entries: list[str], none: str) -> str:
    return "\n".join([f"## {heading}", "", *(f"- {_inline(entry)}" for entry in entries or [none])])


def _inline(text: str) -> str:
    """Text that a renderer shows as it is: no markup, no HTML, no line of its own making."""
    line = " ".join(text.split())
    return "".join(f"\\{sign}" if sign in "\\`*_[]<>#|" else sign for sign in line)
