"""Prose as its authors edit it, line by line, and the passages it holds.

# flash | # full      a form of the story, or the name of a knowledge unit
## arrival            a scene; `## @` is a place where instalments of knowledge units may stand
1 Text.               a passage and its rank: 1 always told, 2 and up told as the length allows
2#bell Text.          a passage with a name
3>bell Text.          a passage told only when `bell` is
| Text.               another wording of the passage above
~ cat | Idea.         a knowledge unit's name in a sentence, and its idea in one
(empty line)          a new paragraph
"""

import re
from collections import Counter
from dataclasses import dataclass, field

_PASSAGE = re.compile(r"(?P<rank>\d)(?:#(?P<name>\w+))?(?:>(?P<needs>\w+))? (?P<text>.+)")
SLOT = "@"
HAPPENS = 2  # passages up to this rank are told in all but the shortest stories


@dataclass
class Passage:
    """One to four sentences that are told together or not at all.

    `number` counts the form's passages in which something happens, and the others, apart.
    """

    rank: int
    wordings: list[str]
    paragraph: int
    name: str | None = None
    needs: str | None = None
    number: int = 0


@dataclass
class Scene:
    """Passages in telling order."""

    name: str
    passages: list[Passage] = field(default_factory=list)


@dataclass
class Form:
    """The scenes under one `#` line, and the words of its `~` line."""

    scenes: list[Scene] = field(default_factory=list)
    note: tuple[str, str] = ("", "")


def parse_prose(text: str) -> dict[str, Form]:
    """Read a prose file: form → its scenes. ValueError quotes a line that fits nothing."""
    forms: dict[str, Form] = {}
    form = Form()
    paragraph = 0
    for line in text.splitlines():
        if not line.strip():
            paragraph += 1
        elif line.startswith("## "):
            form.scenes.append(Scene(line[3:].strip()))
            paragraph += 1
        elif line.startswith("# "):
            form = forms[line[2:].strip()] = Form()
        elif line.startswith("| "):
            form.scenes[-1].passages[-1].wordings.append(line[2:].strip())
        elif line.startswith("~ "):
            tag, _, idea = line[2:].partition(" | ")
            form.note = (tag.strip(), idea.strip())
        elif match := _PASSAGE.fullmatch(line.strip()):
            passage = Passage(int(match["rank"]), [match["text"]], paragraph, match["name"], match["needs"])
            form.scenes[-1].passages.append(passage)
        else:
            raise ValueError(f"not a line of prose: {line!r}")
    for form in forms.values():
        _number(form)
    return forms


def _number(form: Form) -> None:
    counts: Counter[bool] = Counter()
    for passage in (passage for scene in form.scenes for passage in scene.passages):
        passage.number = counts[passage.rank <= HAPPENS]
        counts[passage.rank <= HAPPENS] += 1
