"""A story's two artifacts: the text a person reads and the metadata a program reads."""

import json
from collections.abc import Collection, Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from pathlib import Path

from commandline.files import write_atomically
from commandline.models import OFFLINE
from similarity.sketch import Sketch
from similarity.verdict import STORY_CHARACTERS, Known
from storyteller.models import Author
from storyteller.names import slug
from storyteller.offline.facts import clean, quoted
from storyteller.offline.writer import write_story
from storyteller.past import kept, story_bits, told_of
from storyteller.story.core import signature
from storyteller.story.order import Order
from storyteller.story.selection import choose_template

# What the result summary says of a story: all that a list of stories shows.
_TOLD = (
    "story_id",
    "title",
    "language",
    "template_id",
    "canonical_core",
    "signature",
    "summary",
    "research_used",
    "topic",
    "word_count",
    "char_count",
    "model",
    "generator",
    "seed",
    "dedup",
    "created_at",
)


@dataclass(frozen=True)
class Draft:
    """A story that is written but not stored; `metadata` is complete but for what a check of it may add."""

    title: str
    body: str
    metadata: dict[str, object]
    units: tuple[str, ...] = ()
    sketch: Sketch | None = None

    @property
    def known(self) -> Known:
        """What later stories are held against."""
        about = self.metadata
        return Known(str(about["story_id"]), story_bits(self.body), str(about["signature"]), self.sketch)


def draft_story(
    order: Order,
    story_id: str,
    history: Sequence[str] = (),
    exclude: Collection[str] = frozenset(),
    author: Author | None = None,
    avoid: Collection[str] = frozenset(),
) -> Draft:
    """Write a story. CliError when a model fails.

    `history` and `exclude` guide the choice of its template, `avoid` that of the offline writer's knowledge units.
    """
    author = author or Author(OFFLINE)
    template = choose_template(clean(order.topic or ""), order.seed, history, exclude)
    if author.client is None:
        story = write_story(
            order.language,
            order.target_length,
            order.seed,
            order.topic,
            concepts=[_name(concept) for concept in order.concepts],
            template=template,
            avoid=avoid,
        )
    else:
        from storyteller.story.written import write_with

        story = write_with(author.client, order, template)
    used = [
        card
        for card, concepts in order.research.items()
        if author.client or any(quoted(_name(concept), order.language) in story.body for concept in concepts)
    ]
    metadata: dict[str, object] = {
        "story_id": story_id,
        "title": story.title,
        "language": order.language,
        "template_id": story.template_id,
        "canonical_core": asdict(story.core),
        "signature": signature(story.core, used),
        "summary": story.summary,
        "research_used": used,
        "knowledge_units": list(story.units),
        "topic": order.topic,
        "word_count": len(story.body.split()),
        "char_count": len(story.body),
        "target_length": order.target_length,
        **author.made_by,
        "seed": order.seed,
        "dedup": None,
        "created_at": datetime.now(UTC).isoformat(timespec="milliseconds"),
    }
    sketch = author.embedder.sketch(story.body[:STORY_CHARACTERS])
    metadata |= {"embedding": kept(sketch)} if sketch else {}
    return Draft(story.title, story.body, metadata, story.units, sketch)


def _name(concept: str) -> str:
    """Of "The well: Its water rises." the part that names it."""
    return concept.partition(": ")[0]


def publish_story(out: Path, draft: Draft) -> dict[str, object]:
    """Store a story in `out` and return its entry for the result summary.

    Raises OSError when it cannot be stored. The metadata comes last: where there is a .json, the .md is complete.
    """
    name = f"{slug(draft.title)}-{draft.metadata['story_id']}"
    write_atomically(out / f"{name}.md", as_markdown(draft.metadata, draft.title, draft.body))
    write_atomically(out / f"{name}.json", json.dumps(draft.metadata, ensure_ascii=False, indent=2) + "\n")
    told = {key: draft.metadata[key] for key in _TOLD}
    return told | told_of(draft.known) | {"artifacts": [f"{name}.md", f"{name}.json"]}


def as_markdown(metadata: Mapping[str, object], title: str, body: str) -> str:
    """The story as a document with YAML front matter (JSON values are YAML values)."""
    front = "\n".join(f"{key}: {json.dumps(value, ensure_ascii=False)}" for key, value in metadata.items())
    return f"---\n{front}\n---\n\n# {title}\n\n{body}\n"
