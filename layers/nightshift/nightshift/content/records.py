"""The Story and Card items: what is known of a story or card without opening its file."""

from typing import Annotated, Any, ClassVar

from pydantic import Field, StrictFloat, StrictInt

from nightshift.models.base import Model, Timestamp

ItemId = Annotated[str, Field(pattern=r"^[\w.-]{1,100}$")]
"""A sort key; those that the programs make begin with their time."""


class Verdict(Model):
    """How near the nearest other item was when the item was made, and how that was found."""

    signal: str
    similarity_score: StrictFloat
    nearest_id: str | None = None
    method: str = ""
    cutoffs: dict[str, StrictFloat] = Field(default_factory=dict)
    compared: StrictInt = 0
    message: str | None = None


class Record(Model):
    """What stories and cards have in common.

    ``fingerprint`` is base64; if there is an ``embedding_model``, its sketch is a part of it; see ``similarity``.
    """

    kind: ClassVar[str]
    id_field: ClassVar[str]

    job_id: str
    run_id: str
    title: str = ""
    language: str = ""
    topic: str | None = None
    model: str = ""
    generator: str = ""
    created_at: Timestamp
    artifacts: tuple[str, ...] = ()
    dedup: Verdict | None = None
    fingerprint: str = Field(default="", pattern=r"^[A-Za-z0-9+/]*={0,2}$", max_length=2048)
    embedding_model: str | None = Field(default=None, max_length=200)

    @property
    def item_id(self) -> str:
        item_id: str = getattr(self, self.id_field)
        return item_id

    @property
    def is_accepted(self) -> bool:
        """False for what was found to be told before."""
        return self.dedup is None or self.dedup.signal != "HIGH"


class Story(Record):
    kind = "story"
    id_field = "story_id"

    story_id: ItemId
    template_id: str = ""
    summary: str = ""
    canonical_core: dict[str, Any] = Field(default_factory=dict)
    signature: str = ""
    research_used: tuple[str, ...] = ()
    char_count: StrictInt = 0
    word_count: StrictInt = 0
    seed: StrictInt | None = None


class Card(Record):
    kind = "research"
    id_field = "card_id"

    card_id: ItemId
    tags: tuple[str, ...] = ()
    summary: str = ""
    quality: str = ""
    canonical_core: dict[str, Any] = Field(default_factory=dict)
    usable: bool = False


RECORDS: dict[str, type[Record]] = {"stories": Story, "cards": Card}
"""What a program's result summary may list, by the list's name."""
