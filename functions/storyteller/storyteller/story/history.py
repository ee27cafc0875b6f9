"""What was told before, as far as choosing the next story needs it."""

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

NEWEST = 100  # files of a directory that are read


@dataclass(frozen=True)
class PastStory:
    """One earlier story: its time of making, id, template and signature, the file of its text and what it keeps of
    the text's embedding."""

    created_at: str
    story_id: str
    template_id: str
    units: tuple[str, ...]
    signature: str
    text: Path
    embedding: Any = None


def read_history(directory: Path) -> list[PastStory]:
    """The stories whose metadata lie in `directory`, oldest first; of its JSON files only the newest hundred.

    Files that are no story's metadata are passed over, so that any directory may be named. OSError when the
    directory cannot be read; one that does not exist yet holds no stories.
    """
    if not directory.exists():
        return []
    newest = sorted(directory.glob("*.json"), key=lambda path: path.stat().st_mtime)[-NEWEST:]
    return sorted((story for path in newest if (story := _read(path))), key=lambda story: story.created_at)


def _read(path: Path) -> PastStory | None:
    try:
        metadata = json.loads(path.read_text(encoding="utf-8"))
        return PastStory(
            str(metadata["created_at"]),
            str(metadata["story_id"]),
            str(metadata["template_id"]),
            tuple(map(str, metadata.get("knowledge_units", ()))),
            str(metadata["signature"]),
            path.with_suffix(".md"),
            metadata.get("embedding"),
        )
    except (ValueError, KeyError, TypeError):
        return None
