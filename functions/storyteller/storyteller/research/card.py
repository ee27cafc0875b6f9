"""The research card: its schema, its checks, and how good it is."""

from collections.abc import Callable
from datetime import UTC, datetime
from enum import StrEnum
from secrets import token_hex
from typing import Annotated, Any, Literal

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field

from storyteller.story.core import Antagonist, Mechanism, PrimaryFear, Setting, Twist

TITLE_LONGEST = 80
SUMMARY_LONGEST = 2000
ENTRIES_MOST = 10
ENTRY_LONGEST = 400
SUMMARY_SHORTEST = 40
ENTRIES_LEAST = 3
DIMENSIONS: dict[str, type[StrEnum]] = {
    "setting": Setting,
    "primary_fear": PrimaryFear,
    "antagonist": Antagonist,
    "mechanism": Mechanism,
    "twist": Twist,
}


def _line(longest: int) -> BeforeValidator:
    """One line of text, cut: a model that says a little too much has not failed."""
    return BeforeValidator(lambda value: " ".join(value.split())[:longest].strip() if isinstance(value, str) else value)


def _entries(values: Any) -> Any:
    """The first distinct texts; what is no text is left for the schema to refuse."""
    if not isinstance(values, list):
        return values
    lines = [" ".join(value.split())[:ENTRY_LONGEST].strip() if isinstance(value, str) else value for value in values]
    kept: list[Any] = []
    for line in lines:
        if line != "" and line not in kept:
            kept.append(line)
    return kept[:ENTRIES_MOST]


def _known(dimension: type[StrEnum]) -> BeforeValidator:
    """Only the vocabulary's values, strongest first; a single value counts as a list of one."""
    values = set(dimension)

    def keep(given: Any) -> Any:
        given = [given] if isinstance(given, str) else given
        return list(dict.fromkeys(value for value in given if value in values)) if isinstance(given, list) else []

    return BeforeValidator(keep)


class Affinity(BaseModel):
    """For each canonical dimension the values that the topic lends itself to, strongest first."""

    model_config = ConfigDict(extra="ignore")

    setting: Annotated[list[Setting], _known(Setting)] = []
    primary_fear: Annotated[list[PrimaryFear], _known(PrimaryFear)] = []
    antagonist: Annotated[list[Antagonist], _known(Antagonist)] = []
    mechanism: Annotated[list[Mechanism], _known(Mechanism)] = []
    twist: Annotated[list[Twist], _known(Twist)] = []


class Findings(BaseModel):
    """What a generator says about a topic: the part of a card that a model may write."""

    model_config = ConfigDict(extra="ignore")

    title: Annotated[str, _line(TITLE_LONGEST)] = Field(default="", description="At most 80 characters.")
    summary: Annotated[str, _line(SUMMARY_LONGEST)] = Field(default="", description="Two to five sentences.")
    key_concepts: Annotated[list[str], BeforeValidator(_entries)] = Field(
        default=[], description="3 to 10 concepts, each a name and one sentence."
    )
    horror_applications: Annotated[list[str], BeforeValidator(_entries)] = Field(
        default=[], description="3 to 10 ways to use them in a quiet horror story, one sentence each."
    )
    canonical_affinity: Affinity = Field(
        default_factory=Affinity, description="For each dimension the fitting values, strongest first."
    )


class Quality(StrEnum):
    """What the checks amount to; good and partial cards can be used."""

    GOOD = "good"
    PARTIAL = "partial"
    INCOMPLETE = "incomplete"
    PARSE_FAILED = "parse_failed"


class Validation(BaseModel):
    """Each check by its name, and what they amount to."""

    checks: dict[str, bool]
    quality: Quality


class Subject(BaseModel):
    """What the research was asked for."""

    topic: str = Field(min_length=2, max_length=200)
    tags: list[str] = Field(default=[], max_length=10)


class Dedup(BaseModel):
    """How near the nearest other item is, and how that was found."""

    signal: Literal["LOW", "MEDIUM", "HIGH"]
    similarity_score: float = Field(ge=0, le=1)
    nearest_id: str | None = None
    method: str
    cutoffs: dict[str, float]
    compared: int = Field(ge=0, description="How many items it was held against.")
    message: str | None = None


class Card(BaseModel):
    """A whole research card."""

    card_id: str = Field(pattern=r"^RC-\d{8}-\d{6}-[0-9a-f]{4}$")
    version: Literal["1"] = "1"
    metadata: dict[str, Any]
    input: Subject
    output: Findings
    validation: Validation
    canonical_core: dict[str, str | None]
    dedup: Dedup | None = None

    @property
    def is_usable(self) -> bool:
        """Whether stories may draw on it."""
        fit = self.validation.quality in (Quality.GOOD, Quality.PARTIAL)
        return fit and (self.dedup is None or self.dedup.signal != "HIGH")


def new_card_id(now: datetime | None = None) -> str:
    """RC-YYYYMMDD-HHMMSS-<4 hex>, in UTC: it sorts by time."""
    return f"RC-{now or datetime.now(UTC):%Y%m%d-%H%M%S}-{token_hex(2)}"


def validate(findings: Findings | None) -> Validation:
    """The five checks of a card; None stands for output that could not be read at all."""
    if findings is None:
        return Validation(checks=dict.fromkeys(_CHECKS, False), quality=Quality.PARSE_FAILED)
    checks = {name: check(findings) for name, check in _CHECKS.items()}
    passed = sum(checks.values())
    quality = Quality.GOOD if passed == len(checks) else Quality.PARTIAL if passed >= 3 else Quality.INCOMPLETE
    return Validation(checks=checks, quality=quality)


def canonical_core(affinity: Affinity) -> dict[str, str | None]:
    """The strongest value of each dimension, None where there is none."""
    return {name: next(iter(getattr(affinity, name)), None) for name in DIMENSIONS}


def text_of(topic: str, findings: Findings) -> str:
    """What cards are compared by."""
    return "\n".join([topic, findings.title, findings.summary, *findings.key_concepts, *findings.horror_applications])


_CHECKS: dict[str, Callable[[Findings], bool]] = {
    "has_title": lambda found: bool(found.title),
    "has_summary": lambda found: len(found.summary) >= SUMMARY_SHORTEST,
    "has_key_concepts": lambda found: len(found.key_concepts) >= ENTRIES_LEAST,
    "has_horror_applications": lambda found: len(found.horror_applications) >= ENTRIES_LEAST,
    "has_canonical_affinity": lambda found: all(getattr(found.canonical_affinity, name) for name in DIMENSIONS),
}
