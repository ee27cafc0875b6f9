"""The five dimensions two stories are compared by, and the signature made of them."""

import hashlib
import json
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass
from enum import StrEnum
from typing import Self


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
    """Setting, fear, antagonist, mechanism and twist of one story."""

    setting: Setting
    primary_fear: PrimaryFear
    antagonist: Antagonist
    mechanism: Mechanism
    twist: Twist

    @classmethod
    def from_table(cls, table: Mapping[str, str]) -> Self:
        """Read the dimensions; ValueError names a value that is not one, KeyError a dimension that is missing."""
        return cls(
            Setting(table["setting"]),
            PrimaryFear(table["primary_fear"]),
            Antagonist(table["antagonist"]),
            Mechanism(table["mechanism"]),
            Twist(table["twist"]),
        )


def signature(core: CanonicalCore, research_used: Iterable[str]) -> str:
    """SHA-256 that is equal for stories with the same canonical core and the same research."""
    content = {"canonical_core": asdict(core), "research_used": sorted(research_used)}
    return hashlib.sha256(json.dumps(content, sort_keys=True, separators=(",", ":")).encode()).hexdigest()
