"""Makes one research card."""

from collections.abc import Sequence
from datetime import UTC, datetime

from storyteller.research.card import Card, Subject, canonical_core, new_card_id, validate
from storyteller.research.offline import research

OFFLINE = "offline"


def make_card(topic: str, tags: Sequence[str], language: str, seed: int) -> Card:
    """The card on a topic. Only its id and time differ between calls with the same arguments."""
    now = datetime.now(UTC)
    findings = research(topic, tags, language, seed)
    return Card(
        card_id=new_card_id(now),
        metadata={
            "created_at": now.isoformat(timespec="seconds"),
            "language": language,
            "model": OFFLINE,
            "provider": OFFLINE,
            "generator": OFFLINE,
            "seed": seed,
        },
        input=Subject(topic=topic, tags=list(tags)),
        output=findings,
        validation=validate(findings),
        canonical_core=canonical_core(findings.canonical_affinity),
    )
