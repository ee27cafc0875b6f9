"""A story's two artifacts: the text a person reads and the metadata a program reads."""

import json
from collections.abc import Collection, Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from pathlib import Path

from storyteller.artifacts import slug, write_atomically
from storyteller.offline.facts import clean
from storyteller.offline.writer import write_story
from storyteller.story.core import signature
from storyteller.story.selection import choose_template


@dataclass(frozen=True)
class Order:
    """What a story is to be: language, characters, seed, topic, and the research that goes into it.

    `research` are the ids of the cards whose `concepts` the story takes up.
    """

    language: str
    target_length: int
    seed: int
    topic: str | None = None
    concepts: Sequence[str] = ()
    research: Sequence[str] = ()


@dataclass(frozen=True)
class Draft:
    """A story that is written but not stored; `metadata` is complete but for what a check of it may add."""

    title: str
    body: str
    metadata: dict[str, object]


def draft_story(
    order: Order, story_id: str, history: Sequence[str] = (), exclude: Collection[str] = frozenset()
) -> Draft:
    """Write a story with the offline writer; `history` and `exclude` guide the choice of its template."""
    template = choose_template(clean(order.topic or ""), order.seed, history, exclude)
    story = write_story(
        order.language, order.target_length, order.seed, order.topic, concepts=order.concepts, template=template
    )
    metadata: dict[str, object] = {
        "story_id": story_id,
        "title": story.title,
        "language": order.language,
        "template_id": story.template_id,
        "canonical_core": asdict(story.core),
        "signature": signature(story.core, order.research),
        "summary": story.summary,
        "research_used": list(order.research),
        "knowledge_units": list(story.units),
        "topic": order.topic,
        "word_count": len(story.body.split()),
        "char_count": len(story.body),
        "target_length": order.target_length,
        "model": "offline",
        "provider": "offline",
        "generator": "offline",
        "seed": order.seed,
        "dedup": None,
        "created_at": datetime.now(UTC).isoformat(timespec="milliseconds"),
    }
    return Draft(story.title, story.body, metadata)


def publish_story(out: Path, draft: Draft) -> dict[str, object]:
    """Store a story in `out` and return its entry for the result summary.

    Raises OSError when it cannot be stored. The metadata comes last: where there is a .json, the .md is complete.
    """
    name = f"{slug(draft.title)}-{draft.metadata['story_id']}"
    write_atomically(out / f"{name}.md", as_markdown(draft.metadata, draft.title, draft.body))
    write_atomically(out / f"{name}.json", json.dumps(draft.metadata, ensure_ascii=False, indent=2) + "\n")
    keys = ("story_id", "title", "language", "template_id", "char_count", "seed")
    return {key: draft.metadata[key] for key in keys} | {"artifacts": [f"{name}.md", f"{name}.json"]}


def as_markdown(metadata: Mapping[str, object], title: str, body: str) -> str:
    """The story as a document with YAML front matter (JSON values are YAML values)."""
    front = "\n".join(f"{key}: {json.dumps(value, ensure_ascii=False)}" for key, value in metadata.items())
    return f"---\n{front}\n---\n\n# {title}\n\n{body}\n"
