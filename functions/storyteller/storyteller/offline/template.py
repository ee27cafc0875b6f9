"""The shape of a story template, and reading it from its folder.

A folder holds template.toml (what the story is, and the facts it may be told with) and one prose file per language.
The prose is line by line, because its authors edit prose:

    # flash | # full      a form of the story: the very short one, or the one that grows
    ## arrival            a scene; `## @` is a place where instalments of side threads may stand
    1 Text.               a passage and its rank: 1 always told, 2 and up told as the length allows
    2#bell Text.          a passage with a name
    3>bell Text.          a passage told only when `bell` is
    | Text.               another wording of the passage above
    (empty line)          a new paragraph
"""

import re
import tomllib
from dataclasses import dataclass, field
from enum import StrEnum
from functools import cache
from pathlib import Path
from typing import Any, Self

HERE = Path(__file__).parent
_PASSAGE = re.compile(r"(?P<rank>\d)(?:#(?P<name>\w+))?(?:>(?P<needs>\w+))? (?P<text>.+)")
SLOT = "@"


class Setting(StrEnum):
    """Where the story lives."""

    APARTMENT = "apartment"
    HOSPITAL = "hospital"
    RURAL = "rural"
    DOMESTIC_SPACE = "domestic_space"
    DIGITAL = "digital"
    LIMINAL = "liminal"
    INFRASTRUCTURE = "infrastructure"
    BODY = "body"
    ABSTRACT = "abstract"


class PrimaryFear(StrEnum):
    """What the reader is made afraid of."""

    ANNIHILATION = "annihilation"
    IDENTITY_ERASURE = "identity_erasure"
    LOSS_OF_AUTONOMY = "loss_of_autonomy"
    ISOLATION = "isolation"
    SOCIAL_DISPLACEMENT = "social_displacement"
    CONTAMINATION = "contamination"


class Antagonist(StrEnum):
    """Who or what does it."""

    GHOST = "ghost"
    SYSTEM = "system"
    TECHNOLOGY = "technology"
    BODY = "body"
    COLLECTIVE = "collective"
    UNKNOWN = "unknown"


class Mechanism(StrEnum):
    """How it is done."""

    SURVEILLANCE = "surveillance"
    POSSESSION = "possession"
    DEBT = "debt"
    INFECTION = "infection"
    IMPERSONATION = "impersonation"
    CONFINEMENT = "confinement"
    EROSION = "erosion"
    EXPLOITATION = "exploitation"


class Twist(StrEnum):
    """How it turns at the end."""

    REVELATION = "revelation"
    INEVITABILITY = "inevitability"
    INVERSION = "inversion"
    CIRCULARITY = "circularity"
    SELF_IS_MONSTER = "self_is_monster"
    AMBIGUITY = "ambiguity"


@dataclass(frozen=True)
class CanonicalCore:
    """The five dimensions two stories are compared by."""

    setting: Setting
    primary_fear: PrimaryFear
    antagonist: Antagonist
    mechanism: Mechanism
    twist: Twist

    @classmethod
    def from_table(cls, table: dict[str, str]) -> Self:
        """Read the dimensions; ValueError names a value that is not one."""
        return cls(
            Setting(table["setting"]),
            PrimaryFear(table["primary_fear"]),
            Antagonist(table["antagonist"]),
            Mechanism(table["mechanism"]),
            Twist(table["twist"]),
        )


@dataclass
class Passage:
    """One to four sentences that are told together or not at all."""

    rank: int
    wordings: list[str]
    paragraph: int
    name: str | None = None
    needs: str | None = None


@dataclass
class Scene:
    """Passages in telling order."""

    name: str
    passages: list[Passage] = field(default_factory=list)


Prose = dict[str, list[Scene]]
"""Form of the story → its scenes."""

Choice = dict[str, str]
"""Facts that belong together, chosen together: a place and its history."""


@dataclass(frozen=True)
class Telling:
    """A template in one language."""

    titles: list[str]
    summary: str
    axes: dict[str, list[Choice]]
    prose: Prose


@dataclass(frozen=True)
class Template:
    """A story that can be told in many ways."""

    template_id: str
    core: CanonicalCore
    match: list[str]
    tellings: dict[str, Telling]


def parse_prose(text: str) -> Prose:
    """Read a prose file; ValueError quotes a line that fits nothing."""
    prose: Prose = {}
    scenes: list[Scene] = []
    paragraph = 0
    for line in text.splitlines():
        if not line.strip():
            paragraph += 1
        elif line.startswith("## "):
            scenes.append(Scene(line[3:].strip()))
            paragraph += 1
        elif line.startswith("# "):
            scenes = prose[line[2:].strip()] = []
        elif line.startswith("| "):
            scenes[-1].passages[-1].wordings.append(line[2:].strip())
        elif match := _PASSAGE.fullmatch(line.strip()):
            passage = Passage(int(match["rank"]), [match["text"]], paragraph, match["name"], match["needs"])
            scenes[-1].passages.append(passage)
        else:
            raise ValueError(f"not a line of prose: {line!r}")
    return prose


@cache
def load_templates() -> tuple[Template, ...]:
    """Every template, in the order of their folder names."""
    return tuple(_load_template(folder) for folder in sorted((HERE / "templates").iterdir()) if folder.is_dir())


def _load_template(folder: Path) -> Template:
    table: dict[str, Any] = tomllib.loads((folder / "template.toml").read_text(encoding="utf-8"))
    tellings = {
        language: Telling(
            table[language]["titles"],
            table[language]["summary"],
            table[language]["axes"],
            parse_prose((folder / f"{language}.txt").read_text(encoding="utf-8")),
        )
        for language in ("ko", "en")
    }
    return Template(folder.name, CanonicalCore.from_table(table["core"]), table["match"], tellings)


@cache
def load_threads(language: str) -> tuple[list[Scene], ...]:
    """Every side thread's instalments, in the order of their file names."""
    files = sorted((HERE / "threads").glob(f"*.{language}.txt"))
    return tuple(parse_prose(file.read_text(encoding="utf-8"))["thread"] for file in files)


@cache
def load_cast(language: str) -> dict[str, list[Choice]]:
    """The people of every story: one axis each for the hero, the kin and the elder, pronouns included."""
    table: dict[str, Any] = tomllib.loads((HERE / "cast.toml").read_text(encoding="utf-8"))[language]
    return {
        role: [
            {role: name, **{entry["prefix"] + key: word for key, word in table["pronouns"][gender].items()}}
            for gender in table["pronouns"]
            for name in entry[gender]
        ]
        for role, entry in table["roles"].items()
    }
