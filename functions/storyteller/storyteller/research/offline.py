"""Research without a model: what the topic and its tags call up, and small uncanny matters that go with it.

The first is from the knowledge base, the second are the knowledge units that stories take up. Units are many and drawn
anew for each card, so that two cards on neighbouring topics are not the same card.
"""

from collections import Counter
from collections.abc import Sequence
from random import Random

from storyteller.offline.korean import particle
from storyteller.research.card import TITLE_LONGEST, Affinity, Findings
from storyteller.research.knowledge import Concept, load_concepts
from storyteller.story.units import CATEGORIES, KnowledgeUnit, load_units

TOPIC_COUNTS = 3  # a word of the topic says more about what is wanted than one of a tag
TAG_COUNTS = 2
CALLED_MOST = 4
BORROWED = 2  # concepts for a topic that calls up none
UNITS = 3
USED = 2
VALUES_MOST = 3

# How a story uses a unit; two of them stand on a card. In Korean the unit's name comes with its particle.
USES_EN = (
    "Let {} come three times, each time closer than before.",
    "Speak of {} once, as if by the way, and never explain.",
    "Have somebody else notice {} first.",
    "End with {}, seen from the other side.",
    "What if {} had been there all along, and only the habit of not looking is new?",
    "A child takes {} for granted; the grown-ups go quiet.",
    "Put {} where the reader expects comfort.",
    "Two people remember {} differently, and both are right.",
)
USES_KO = (
    ("이/가", "{} 세 번 나오되 나올 때마다 더 가까워지게 한다."),
    ("을/를", "{} 지나가듯 한 번만 말하고 끝까지 설명하지 않는다."),
    ("을/를", "{} 먼저 알아차리는 것은 주인공이 아닌 다른 사람이다."),
    ("이/가", "{} 마지막에 다시 나오되, 반대편에서 본 모습이게 한다."),
    ("은/는", "{} 처음부터 거기 있었고, 못 본 체하던 버릇만 새로 드러난다."),
    ("을/를", "아이는 {} 당연하게 여기는데 어른들은 말을 돌린다."),
    ("을/를", "독자가 마음을 놓을 만한 자리에 {} 둔다."),
    ("을/를", "두 사람이 {} 서로 다르게 기억하고, 둘 다 틀리지 않다."),
)


def research(topic: str, tags: Sequence[str], language: str, seed: int) -> Findings:
    """The findings for a topic: the same arguments always give the same.

    For a topic that the knowledge base does not know, concepts are drawn by the seed; the summary then says so.
    """
    scores = {concept: _score(concept, topic, tags) for concept in load_concepts()}
    called = sorted((concept for concept in scores if scores[concept]), key=lambda concept: -scores[concept])
    known = any(concept.calls(topic) for concept in called)
    rng = Random(f"{language}:{seed}:{topic}:{','.join(tags)}")
    chosen = called[:CALLED_MOST] or rng.sample(load_concepts(), BORROWED)
    wordings = [concept.wordings[language] for concept in chosen]
    units = _draw_units(language, rng)
    facts = [wording.fact for wording in wordings[:2]] + [unit.idea for unit in units[:1]]
    return Findings(
        title=_title(topic, wordings[0].name, units[0].tag, language),
        summary=_summary(topic, facts, known, language),
        key_concepts=[f"{wording.name}: {wording.fact}" for wording in wordings]
        + [f"{_capitalised(unit.tag)}: {unit.idea}" for unit in units],
        horror_applications=[wording.use for wording in wordings] + _uses(units[:USED], language, rng),
        canonical_affinity=_affinity(chosen),
    )


def _draw_units(language: str, rng: Random) -> list[KnowledgeUnit]:
    """Units of different categories."""
    return [rng.choice(load_units(category, language)) for category in rng.sample(CATEGORIES, UNITS)]


def _uses(units: Sequence[KnowledgeUnit], language: str, rng: Random) -> list[str]:
    if language == "ko":
        forms = rng.sample(USES_KO, len(units))
        return [form.format(particle(unit.tag, ending)) for unit, (ending, form) in zip(units, forms, strict=True)]
    sentences = rng.sample(USES_EN, len(units))
    return [sentence.format(unit.tag) for unit, sentence in zip(units, sentences, strict=True)]


def _score(concept: Concept, topic: str, tags: Sequence[str]) -> int:
    return TOPIC_COUNTS * concept.calls(topic) + TAG_COUNTS * sum(concept.calls(tag) for tag in tags)


def _affinity(chosen: Sequence[Concept]) -> Affinity:
    """The values that most of the concepts have; the first concepts decide among equals."""
    counts = {
        dimension: Counter(concept.affinity[dimension] for concept in chosen).most_common(VALUES_MOST)
        for dimension in chosen[0].affinity
    }
    return Affinity.model_validate({dimension: [value for value, _ in found] for dimension, found in counts.items()})


def _title(topic: str, concept: str, unit: str, language: str) -> str:
    joined = f"{particle(concept, '과/와')} {unit}" if language == "ko" else f"{concept}, {unit}"
    full = f"{topic}: {joined}"
    return full if len(full) <= TITLE_LONGEST else topic[:TITLE_LONGEST]


def _summary(topic: str, facts: list[str], known: bool, language: str) -> str:
    if language == "ko":
        opening = f"“{topic}”에 대하여 모은 것이다." if known else f"“{topic}”에 대하여 아는 것이 없어, 빌려 온 것이다."
    else:
        opening = f"Notes on “{topic}”." if known else f"Nothing is known here of “{topic}”; this is borrowed."
    return " ".join([opening, *facts])


def _capitalised(name: str) -> str:
    return name[:1].upper() + name[1:]
