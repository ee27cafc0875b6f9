"""A story's two artifacts: the text a person reads and the metadata a program reads."""

import json
from collections.abc import Mapping
from dataclasses import asdict
from datetime import UTC, datetime
from pathlib import Path

from storyteller.artifacts import slug, write_atomically
from storyteller.offline.writer import signature, write_story


def publish_story(
    out: Path, *, story_id: str, language: str, target_length: int, seed: int, topic: str | None
) -> dict[str, object]:
    """Write one story to `out` and return its entry for the result summary.

    Raises OSError when it cannot be stored. The metadata comes last: where there is a .json, the .md is complete.
    """
    story = write_story(language, target_length, seed, topic)
    metadata: dict[str, object] = {
        "story_id": story_id,
        "title": story.title,
        "language": language,
        "template_id": story.template_id,
        "canonical_core": asdict(story.core),
        "signature": signature(story.core, []),
        "summary": story.summary,
        "research_used": [],
        "topic": topic,
        "word_count": len(story.body.split()),
        "char_count": len(story.body),
        "target_length": target_length,
        "model": "offline",
        "provider": "offline",
        "generator": "offline",
        "seed": seed,
        "created_at": datetime.now(UTC).isoformat(timespec="seconds"),
    }
    name = f"{slug(story.title)}-{story_id}"
    write_atomically(out / f"{name}.md", as_markdown(metadata, story.title, story.body))
    write_atomically(out / f"{name}.json", json.dumps(metadata, ensure_ascii=False, indent=2) + "\n")
    keys = ("story_id", "title", "language", "template_id", "char_count", "seed")
    return {key: metadata[key] for key in keys} | {"artifacts": [f"{name}.md", f"{name}.json"]}


def as_markdown(metadata: Mapping[str, object], title: str, body: str) -> str:
    """The story as a document with YAML front matter (JSON values are YAML values)."""
    front = "\n".join(f"{key}: {json.dumps(value, ensure_ascii=False)}" for key, value in metadata.items())
    return f"---\n{front}\n---\n\n# {title}\n\n{body}\n"
