"""Research cards: what the offline researcher finds, what a card must have, and the command."""

import json
import re
from pathlib import Path

import pytest

from similarity.fingerprint import fingerprint
from similarity.verdict import Known
from storyteller import cli
from storyteller.models import Author
from storyteller.research.card import DIMENSIONS, Findings, Quality, canonical_core, text_of, validate
from storyteller.research.knowledge import load_concepts
from storyteller.research.make import Question, make_card
from storyteller.research.offline import research
from storyteller.research.publish import as_markdown, load_card, publish_card

COMPLETE = Findings.model_validate(
    {
        "title": "A title",
        "summary": "Something long enough to be called a summary.",
        "key_concepts": ["one", "two", "three"],
        "horror_applications": ["one", "two", "three"],
        "canonical_affinity": {name: [next(iter(values))] for name, values in DIMENSIONS.items()},
    }
)


def test_every_concept_is_whole_in_both_languages_and_uses_the_vocabulary() -> None:
    concepts = load_concepts()
    assert len({concept.concept_id for concept in concepts}) == len(concepts) >= 20
    for concept in concepts:
        assert concept.affinity.keys() == DIMENSIONS.keys()
        for name, value in concept.affinity.items():
            assert value in set(DIMENSIONS[name])
        assert re.search("[가-힣]", concept.wordings["ko"].fact)
        assert not re.search("[가-힣]", concept.wordings["en"].fact + concept.wordings["en"].use)


@pytest.mark.parametrize(
    ("topic", "language", "setting"),
    [("아파트 층간소음", "ko", "apartment"), ("night hospital ward", "en", "hospital")],
)
def test_the_topic_decides_what_is_found(topic: str, language: str, setting: str) -> None:
    found = research(topic, [], language, seed=1)
    assert found.canonical_affinity.setting[0] == setting
    assert topic in found.title
    assert topic in found.summary
    assert validate(found).quality is Quality.GOOD


def test_tags_count_too() -> None:
    assert research("old songs", ["subway"], "en", 1).key_concepts[0].startswith("The last train")


def test_the_seed_repeats_findings_and_other_seeds_differ_where_the_topic_says_nothing() -> None:
    assert research("qqqq", [], "en", 5) == research("qqqq", [], "en", 5)
    assert len({research("qqqq", [], "en", seed).title for seed in range(8)}) > 3
    assert "Nothing is known here" in research("qqqq", [], "en", 5).summary


@pytest.mark.parametrize(
    ("language", "topics"),
    [
        (
            "en",
            ["a lighthouse", "the coast", "night hospital", "a doll", "debt", "memory of rain", "an office at night"],
        ),
        ("ko", ["등대", "바닷가", "야간 병원", "인형", "오래된 빚", "빗소리의 기억", "야근", "막차", "고독"]),
    ],
)
def test_cards_on_different_topics_are_different_cards(language: str, topics: list[str]) -> None:
    earlier: list[Known] = []
    for topic in topics:
        card = make_card(Question(topic, [], language, 1), Author("offline"), earlier)
        assert card.is_usable, (topic, card.dedup)
        earlier.append(Known(topic, fingerprint(text_of(topic, card.output))))


@pytest.mark.parametrize(
    ("missing", "quality"),
    [
        ([], Quality.GOOD),
        (["title"], Quality.PARTIAL),
        (["title", "summary"], Quality.PARTIAL),
        (["title", "summary", "key_concepts"], Quality.INCOMPLETE),
    ],
)
def test_the_five_checks_decide_the_quality(missing: list[str], quality: Quality) -> None:
    findings = Findings.model_validate(COMPLETE.model_dump(exclude=set(missing)))
    validation = validate(findings)
    assert [name for name, passed in validation.checks.items() if not passed] == [f"has_{name}" for name in missing]
    assert len(validation.checks) == 5
    assert validation.quality is quality
    assert validate(None).quality is Quality.PARSE_FAILED


def test_a_dimension_without_a_value_is_no_core_and_fails_its_check() -> None:
    findings = Findings.model_validate(
        {"canonical_affinity": {"setting": ["moon", "rural", "rural"], "twist": "ambiguity"}}
    )
    assert canonical_core(findings.canonical_affinity)["setting"] == "rural"
    assert canonical_core(findings.canonical_affinity)["twist"] == "ambiguity"
    assert canonical_core(findings.canonical_affinity)["mechanism"] is None
    assert not validate(findings).checks["has_canonical_affinity"]


def test_what_a_model_says_too_much_of_is_cut() -> None:
    findings = Findings.model_validate(
        {"title": "x\n" * 100, "key_concepts": [f"concept {n}" for n in range(30)] + [""]}
    )
    assert len(findings.title) <= 80
    assert "\n" not in findings.title
    assert len(findings.key_concepts) == 10


def test_a_card_survives_its_file_and_hostile_text_is_no_markup(tmp_path: Path) -> None:
    topic = "</script><img src=x>](javascript:1)"
    card = make_card(Question(topic, ["a|b"], "en", 3), Author("offline"))
    names = publish_card(tmp_path, card)["artifacts"]
    assert names == [f"{card.card_id}.md", f"{card.card_id}.json"]
    assert load_card(tmp_path / f"{card.card_id}.json") == card
    assert re.fullmatch(r"RC-\d{8}-\d{6}-[0-9a-f]{4}", card.card_id)
    assert not re.search(r"(?<!\\)[<\]]", as_markdown(card).replace("- [", ""))


def test_the_command_makes_lists_and_checks(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    out = ["--out", str(tmp_path)]
    assert cli.main(["research", "old", "lighthouse", "--tags", "sea", "--language", "en", "--seed", "4", *out]) == 0
    (made,) = json.loads(capsys.readouterr().out.splitlines()[-1])["cards"]
    assert made["topic"] == "old lighthouse"
    assert made["quality"] == "good"
    (tmp_path / "RC-broken.json").write_text("{}")
    assert cli.main(["research", "list", *out]) == 0
    assert [card["card_id"] for card in json.loads(capsys.readouterr().out.splitlines()[-1])["cards"]] == [
        made["card_id"]
    ]
    assert cli.main(["research", "validate", str(tmp_path / made["artifacts"][1])]) == 0
    assert json.loads(capsys.readouterr().out.splitlines()[-1])["quality"] == "good"
    assert cli.main(["research", "validate", str(tmp_path / "RC-broken.json")]) == 1


@pytest.mark.parametrize("topic", ["list", "-h", "--out=/etc", "validate"])
def test_a_topic_is_data_whatever_it_looks_like(topic: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.main(["research", f"--out={tmp_path}", f"--topic={topic}", "--tags=--seed=-1"]) == 0
    (made,) = json.loads(capsys.readouterr().out.splitlines()[-1])["cards"]
    assert (made["topic"], made["tags"]) == (topic, ["--seed=-1"])


@pytest.mark.parametrize(
    "arguments",
    [
        ["x"],
        [" "],
        [],
        ["y" * 201],
        ["topic", "--seed", "-1"],
        ["topic", "--tags", *map(str, range(11))],
        ["topic", "--tags", "t" * 51],
    ],
)
def test_bad_input_is_refused(arguments: list[str], tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.main(["research", *arguments, "--out", str(tmp_path / "out")]) == 1
    assert capsys.readouterr().err.startswith("storyteller: ")
    assert not (tmp_path / "out").exists()
