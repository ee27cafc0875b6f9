"""The templates and knowledge units as data: complete, distinct, and fit to be told."""

import re
from pathlib import Path
from random import Random

import pytest

import storyteller
from storyteller.offline.facts import draw_facts
from storyteller.offline.korean import RIEUL, final_consonant
from storyteller.story.core import signature
from storyteller.story.prose import SLOT, parse_prose
from storyteller.story.templates import Template, load_telling, load_templates
from storyteller.story.units import CATEGORIES, INSTALMENTS, load_units

LANGUAGES = ("ko", "en")
PROSE = Path(storyteller.__file__).parent


def test_there_are_enough_of_both() -> None:
    assert len(load_templates()) >= 15
    for language in LANGUAGES:
        assert sum(len(load_units(category, language)) for category in CATEGORIES) >= 50


def test_no_two_templates_have_the_same_core() -> None:
    assert len({signature(template.core, []) for template in load_templates()}) == len(load_templates())


@pytest.mark.parametrize("template", load_templates(), ids=lambda template: template.template_id)
@pytest.mark.parametrize("language", LANGUAGES)
def test_a_telling_is_whole(template: Template, language: str) -> None:
    telling = load_telling(template.template_id, language)
    assert len(telling.titles) >= 4
    assert all(len(choices) >= 3 for choices in telling.axes.values())
    assert sum(scene.name == SLOT for scene in telling.prose["full"].scenes) >= 3
    assert set(template.units) <= set(CATEGORIES)
    assert len(set(template.units)) >= 8
    assert template.without <= {unit.unit_id for category in CATEGORIES for unit in load_units(category, language)}


@pytest.mark.parametrize("category", CATEGORIES)
def test_units_are_told_in_three_instalments_in_both_languages(category: str) -> None:
    korean, english = (load_units(category, language) for language in LANGUAGES)
    assert sorted(unit.unit_id for unit in korean) == sorted(unit.unit_id for unit in english)
    for unit in (*korean, *english):
        assert unit.tag
        assert unit.idea
        assert tuple(scene.name for scene in unit.instalments) == INSTALMENTS
        assert all(scene.passages[0].rank == 1 for scene in unit.instalments)


@pytest.mark.parametrize("template", load_templates(), ids=lambda template: template.template_id)
def test_every_fact_that_prose_names_can_be_drawn(template: Template) -> None:
    for language in LANGUAGES:
        telling = load_telling(template.template_id, language)
        known = {*draw_facts(telling.axes, language, "", Random(1)), "topic"}
        units = [unit for category in template.units for unit in load_units(category, language)]
        scenes = [scene for form in telling.prose.values() for scene in form.scenes]
        scenes += [scene for unit in units for scene in unit.instalments]
        texts = [text for scene in scenes for passage in scene.passages for text in passage.wordings]
        named = {name.lower() for text in texts for name in re.findall(r"\{(\w+)", text)}
        assert named <= known


def korean_wordings() -> list[str]:
    forms = [form for path in PROSE.rglob("*ko.txt") for form in parse_prose(path.read_text("utf-8")).values()]
    scenes = [scene for form in forms for scene in form.scenes]
    return [text for scene in scenes for passage in scene.passages for text in passage.wordings]


def test_korean_facts_have_particles_that_follow_their_sound() -> None:
    """`{hero:은/는}`, not `{hero}은`: another name would want the other form."""
    forms = "은|는|이|가|을|를|과|와|으로|로|이라는|라는|이라고|라고|이었다|였다|이었고|였고"
    assert [text for text in korean_wordings() if re.search(rf"\{{\w+\}}({forms})(?![가-힣])", text)] == []


def test_korean_variants_have_the_particle_that_follows_them() -> None:
    """`<젖니|앞니>가`: the same form has to fit each of them."""
    after = {"은": True, "는": False, "이": True, "가": False, "을": True, "를": False, "과": True, "와": False}
    after |= {"이었": True, "였": False, "이면": True, "면": False, "이라": True, "라": False}
    wrong = []
    for text in korean_wordings():
        for variants, form in re.findall(rf"<([^<>]+)>({'|'.join(sorted(after, key=len, reverse=True))})", text):
            wrong += [word + form for word in variants.split("|") if bool(final_consonant(word)) != after[form]]
        for variants in re.findall(r"<([^<>]+)>로", text):
            wrong += [word + "로" for word in variants.split("|") if final_consonant(word) not in (0, RIEUL)]
        for variants in re.findall(r"<([^<>]+)>으로", text):
            wrong += [word + "으로" for word in variants.split("|") if final_consonant(word) in (0, RIEUL)]
    assert wrong == []


@pytest.mark.parametrize("template", load_templates(), ids=lambda template: template.template_id)
def test_english_possessives_stand_before_what_is_had(template: Template) -> None:
    """{hers} is "her" or "his"; alone ("it was hers") it would be wrong."""
    scenes = [scene for form in load_telling(template.template_id, "en").prose.values() for scene in form.scenes]
    texts = [text for scene in scenes for passage in scene.passages for text in passage.wordings]
    assert not [text for text in texts if re.search(r"\{[ek]?[Hh]ers\}([.,;:!?”]|$)", text)]
