"""Writes docs/gallery/stories: offline stories of both languages, and how alike they are.

export PYTHONPATH=layers/commandline:functions/storyteller
python scripts/gallery.py            writes the gallery
python scripts/gallery.py --sharing  prints what stories of one template share
"""

import argparse
import itertools
from pathlib import Path

from commandline.files import write_atomically
from storyteller.names import slug
from storyteller.offline.checks import shared_sentences, similarity
from storyteller.offline.writer import Story, write_story
from storyteller.story.templates import load_templates

GALLERY = Path(__file__).parents[1] / "docs/gallery/stories"
LENGTHS = {
    "ko": (1000, 1300, 1600, 1900, 2200, 2500, 2800, 3200, 3600, 4000),
    "en": (1400, 1800, 2200, 2500, 2800, 3000, 3200, 3500, 3800, 4000),
}
# language, target length, seed, topic
STORIES: list[tuple[str, int, int, str | None]] = [
    *(("ko", length, seed, None) for length, seed in zip(LENGTHS["ko"], range(10, 20), strict=True)),
    *(("en", length, seed, None) for length, seed in zip(LENGTHS["en"], range(35, 45), strict=True)),
]
SHARING_LENGTHS = (1500, 3000)
SHARING_SEEDS = 20


def pages() -> dict[str, str]:
    """File name → text of every page of the gallery."""
    told: list[tuple[tuple[str, int, int, str | None], Story]] = []
    units: dict[str, set[str]] = {"ko": set(), "en": set()}
    for entry in STORIES:
        story = write_story(*entry, avoid=units[entry[0]])
        units[entry[0]] |= set(story.units)
        told.append((entry, story))
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
        "Jaccard similarity of character 5-grams; 1 is the same text. Rows and columns are seeds.",
        "",
    ]
    for language in ("ko", "en"):
        index += _matrix([(entry[2], story) for entry, story in told if entry[0] == language], language)
    return files | {"index.md": "\n".join(index)}


def _matrix(stories: list[tuple[int, Story]], language: str) -> list[str]:
    values = {
        frozenset((first[0], second[0])): similarity(first[1].body, second[1].body)
        for first, second in itertools.combinations(stories, 2)
    }
    seeds = [seed for seed, _ in stories]
    rows = [
        " | ".join(
            [f"| **{row}**", *("" if row == seed else f"{values[frozenset((row, seed))]:.2f}" for seed in seeds)]
        )
        for row in seeds
    ]
    mean = sum(values.values()) / len(values)
    return [
        f"| {language} | " + " | ".join(str(seed) for seed in seeds) + " |",
        "|---" * (len(seeds) + 1) + "|",
        *(f"{row} |" for row in rows),
        "",
        f"Mean {mean:.3f}, most {max(values.values()):.3f}.",
        "",
    ]


def print_sharing() -> None:
    """Print, for every template, which part of its sentences two stories of different seeds have in common.

    Once word for word, and once with every name, number and other fact left out of the comparison.
    """
    for language, length in itertools.product(("ko", "en"), SHARING_LENGTHS):
        means = []
        for template in load_templates():
            stories = [write_story(language, length, seed, template=template) for seed in range(SHARING_SEEDS)]
            exact = _shared([story.body for story in stories])
            means.append(sum(exact) / len(exact))
            near = _shared(["\n".join(story.wordings) for story in stories])
            print(
                f"{language} {length} {template.template_id:14} mean {means[-1]:.3f} most {max(exact):.3f}"
                f"  without facts: mean {sum(near) / len(near):.3f} most {max(near):.3f}"
            )
        print(f"{language} {length} mean of all templates {sum(means) / len(means):.3f}\n")


def _shared(texts: list[str]) -> list[float]:
    return [shared_sentences(first, second) for first, second in itertools.combinations(texts, 2)]


def main() -> None:
    """Replace the gallery, or print the sharing."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--sharing", action="store_true")
    if parser.parse_args().sharing:
        print_sharing()
        return
    GALLERY.mkdir(parents=True, exist_ok=True)
    for old in GALLERY.glob("*.md"):
        old.unlink()
    for name, text in pages().items():
        write_atomically(GALLERY / name, text)


if __name__ == "__main__":
    main()
