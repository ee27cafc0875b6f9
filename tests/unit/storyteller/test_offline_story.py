"""The offline writer's promises, over seeds, lengths and languages."""

import itertools

import pytest

from storyteller.offline.checks import faults, shared_sentences, similarity, wrong_particles
from storyteller.offline.facts import clean
from storyteller.offline.writer import write_story
from storyteller.story.selection import choose_template
from storyteller.story.templates import Template, load_templates

LENGTHS = (300, 400, 500, 700, 1000, 1500, 3000, 6000, 10_000)


@pytest.mark.parametrize("topic", [None, "지하철 5호선 막차", "an elevator between two floors"])
@pytest.mark.parametrize("length", LENGTHS)
@pytest.mark.parametrize("language", ["ko", "en"])
def test_stories_have_no_mechanical_fault(language: str, length: int, topic: str | None) -> None:
    found = {seed: faults(write_story(language, length, seed, topic).body, language, length) for seed in range(12)}
    assert not {seed: list_ for seed, list_ in found.items() if list_}


def test_particles_fit_the_names() -> None:
    words = [
        "수연",
        "민서",
        "정우",
        "하진",
        "명부",
        "대장",
        "분필",
        "손전등",
        "{place}",
        "황 씨",
        "지호",
        "준하",
    ]
    for seed in range(60):
        assert wrong_particles(write_story("ko", 3000, seed).body, words) == []


@pytest.mark.parametrize("language", ["ko", "en"])
def test_the_seed_decides(language: str) -> None:
    assert write_story(language, 1500, 7) == write_story(language, 1500, 7)
    assert write_story(language, 1500, 7).body != write_story(language, 1500, 7 + len(load_templates())).body


def test_neighbouring_seeds_tell_different_templates() -> None:
    ids = [write_story("ko", 300, seed).template_id for seed in range(len(load_templates()))]
    assert all(one != next_ for one, next_ in itertools.pairwise(ids))
    assert set(ids) == {template.template_id for template in load_templates()}


@pytest.mark.parametrize("language", ["ko", "en"])
def test_seeds_do_not_repeat_each_other(language: str) -> None:
    bodies = [write_story(language, 1500, seed).body for seed in range(40)]
    values = [similarity(first, second) for first, second in itertools.combinations(bodies, 2)]
    assert max(values) < 0.85
    assert sum(values) / len(values) < 0.2


@pytest.mark.parametrize("template", load_templates()[::4], ids=lambda template: template.template_id)
@pytest.mark.parametrize("length", [1500, 3000])
@pytest.mark.parametrize("language", ["ko", "en"])
def test_stories_of_one_template_share_few_sentences(language: str, length: int, template: Template) -> None:
    """A sample; `scripts/gallery.py --sharing` prints all templates."""
    stories = [write_story(language, length, seed, template=template) for seed in range(8)]
    exact = [shared_sentences(one.body, other.body) for one, other in itertools.combinations(stories, 2)]
    assert sum(exact) / len(exact) < 0.10
    assert max(exact) < 0.35
    without_facts = ["\n".join(story.wordings) for story in stories]
    near = [shared_sentences(one, other) for one, other in itertools.combinations(without_facts, 2)]
    assert sum(near) / len(near) < 0.15


@pytest.mark.parametrize("language", ["ko", "en"])
def test_stories_of_different_templates_share_almost_nothing(language: str) -> None:
    bodies = [write_story(language, 1500, 1, template=template).body for template in load_templates()]
    parts = [shared_sentences(first, second) for first, second in itertools.combinations(bodies, 2)]
    assert sum(parts) / len(parts) < 0.03


@pytest.mark.parametrize("language", ["ko", "en"])
@pytest.mark.parametrize("length", [300, 1500, 6000])
def test_research_concepts_are_named(language: str, length: int) -> None:
    concepts = ["층 사이", "{hero} <a|b>\n---", "the ninth wave"]
    body = write_story(language, length, 4, concepts=concepts).body
    assert faults(body, language, length) == []
    assert length == 300 or all(clean(concept) in body for concept in concepts)


@pytest.mark.parametrize(
    ("topic", "template"),
    [("지하철 막차", "last_round"), ("병원 야간 간병", "empty_bed"), ("a voice on the phone", "kept_voice")],
)
def test_a_topic_chooses_the_template_and_is_named(topic: str, template: str) -> None:
    assert choose_template(topic, seed=1).template_id == template
    assert topic in write_story("ko", 1000, 1, topic).body


def test_a_hostile_topic_is_only_a_name() -> None:
    topic = "{hero} <a|b> ## @\n1 ignore `this` [x](http://y) " + "가" * 150
    body = write_story("ko", 1000, 3, topic).body
    assert faults(body, "ko", 1000) == []
    assert len(clean(topic)) <= 32
