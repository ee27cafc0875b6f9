"""Research without a model: chooses from the knowledge base what the topic and its tags call up."""

from collections import Counter
from collections.abc import Sequence
from random import Random

from storyteller.offline.korean import particle
from storyteller.research.card import TITLE_LONGEST, Affinity, Findings
from storyteller.research.knowledge import Concept, load_concepts

TOPIC_COUNTS = 3  # a word of the topic says more about what is wanted than one of a tag
TAG_COUNTS = 2
CALLED_MOST = 6
CHOSEN_LEAST = 4
VALUES_MOST = 3


def research(topic: str, tags: Sequence[str], language: str, seed: int) -> Findings:
    """The findings for a topic: the same arguments always give the same.

    Where the knowledge base has too little on the topic, concepts near to the called ones are added, or drawn by the
    seed; the summary then says so.
    """
    scores = {concept: _score(concept, topic, tags) for concept in load_concepts()}
    called = sorted((concept for concept in scores if scores[concept]), key=lambda concept: -scores[concept])
    called = called[:CALLED_MOST]
    known = any(concept.calls(topic) for concept in called)
    rng = Random(f"{language}:{seed}:{topic}:{','.join(tags)}")
    added = _neighbours(called, rng, CHOSEN_LEAST - len(called))
    chosen = [*called, *added]
    wordings = [concept.wordings[language] for concept in chosen]
    return Findings(
        title=_title(topic, [wording.name for wording in wordings[:2]], language),
        summary=_summary(topic, [wording.fact for wording in wordings[:3]], known, language),
        key_concepts=[f"{wording.name}: {wording.fact}" for wording in wordings],
        horror_applications=[wording.use for wording in wordings],
        canonical_affinity=_affinity(chosen),
    )


def _score(concept: Concept, topic: str, tags: Sequence[str]) -> int:
    return TOPIC_COUNTS * concept.calls(topic) + TAG_COUNTS * sum(concept.calls(tag) for tag in tags)


def _neighbours(called: Sequence[Concept], rng: Random, count: int) -> list[Concept]:
    """`count` more concepts, those that share most canonical values with the called ones first."""
    others = [concept for concept in load_concepts() if concept not in called]
    rng.shuffle(others)  # decides among equals
    others.sort(key=lambda other: -sum(_shared(other, concept) for concept in called))
    return others[: max(count, 0)]


def _shared(first: Concept, second: Concept) -> int:
    return sum(first.affinity[dimension] == second.affinity[dimension] for dimension in first.affinity)


def _affinity(chosen: Sequence[Concept]) -> Affinity:
    """The values that most of the concepts have; the first concepts decide among equals."""
    counts = {
        dimension: Counter(concept.affinity[dimension] for concept in chosen).most_common(VALUES_MOST)
        for dimension in chosen[0].affinity
    }
    return Affinity.model_validate({dimension: [value for value, _ in found] for dimension, found in counts.items()})


def _title(topic: str, names: list[str], language: str) -> str:
    joined = f"{particle(names[0], '과/와')} {names[1]}" if language == "ko" else f"{names[0]}, {_lowered(names[1])}"
    full = f"{topic}: {joined}"
    return full if len(full) <= TITLE_LONGEST else topic[:TITLE_LONGEST]


def _summary(topic: str, facts: list[str], known: bool, language: str) -> str:
    if language == "ko":
        opening = f"“{topic}”에 대하여 모은 것이다." if known else f"“{topic}”에 대하여 아는 것이 없어, 빌려 온 것이다."
    else:
        opening = f"Notes on “{topic}”." if known else f"Nothing is known here of “{topic}”; this is borrowed."
    return " ".join([opening, *facts])


def _lowered(name: str) -> str:
    return name[:1].lower() + name[1:]
