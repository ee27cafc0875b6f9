"""Writes docs/gallery/stories: offline stories of both languages, and how alike they are.

PYTHONPATH=functions/storyteller python scripts/gallery.py
"""

import itertools
from pathlib import Path

from storyteller.artifacts import slug, write_atomically
from storyteller.offline.checks import similarity
from storyteller.offline.writer import Story, write_story

GALLERY = Path(__file__).parents[1] / "docs/gallery/stories"
# language, target length, seed, topic
LENGTHS = (1000, 1400, 1800, 2200, 2600, 3000)
STORIES: list[tuple[str, int, int, str | None]] = [
    *(("ko", length, seed, None) for length, seed in zip(LENGTHS, range(10, 16), strict=True)),
    *(("en", length, seed, None) for length, seed in zip(LENGTHS, range(20, 26), strict=True)),
]


def pages() -> dict[str, str]:
    """File name → text of every page of the gallery."""
    told = [(entry, write_story(*entry)) for entry in STORIES]
    files = {
        f"{language}-{seed}-{slug(story.title)}.md": f"# {story.title}\n\n{story.body}\n"
        for (language, _, seed, _), story in told
    }
    rows = [
        f"| [{story.title}]({name}) | {entry[0]} | {entry[2]} | {story.template_id} | {entry[1]} | {len(story.body)} |"
        for name, (entry, story) in zip(files, told, strict=True)
    ]
    index = [
        "# Stories of the offline writer",
        "",
        "Written by `scripts/gallery.py`; a test holds them equal to what the code writes.",
        "",
        "| story | language | seed | template | asked | characters |",
        "|---|---|---|---|---|---|",
        *rows,
        "",
        "## How alike they are",
        "",
        "Jaccard similarity of character 5-grams; 1 is the same text.",
        "",
    ]
    for language in ("ko", "en"):
        index += _matrix([(entry[2], story) for entry, story in told if entry[0] == language], language)
    return files | {"index.md": "\n".join(index)}


def _matrix(stories: list[tuple[int, Story]], language: str) -> list[str]:
    rows = [
        f"| {first[0]} and {second[0]} | {similarity(first[1].body, second[1].body):.3f} |"
        for first, second in itertools.combinations(stories, 2)
    ]
    return [f"| {language}: seeds | similarity |", "|---|---|", *rows, ""]


def main() -> None:
    """Replace the gallery."""
    GALLERY.mkdir(parents=True, exist_ok=True)
    for old in GALLERY.glob("*.md"):
        old.unlink()
    for name, text in pages().items():
        write_atomically(GALLERY / name, text)


if __name__ == "__main__":
    main()
