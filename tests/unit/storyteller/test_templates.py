"""The templates and knowledge units as data: complete, distinct, and fit to be told."""

import re
from random import Random

import pytest

from storyteller.offline.facts import draw_facts
from storyteller.story.core import signature
from storyteller.story.prose import SLOT
from storyteller.story.templates import Template, load_telling, load_templates
from storyteller.story.units import CATEGORIES, INSTALMENTS, load_units

LANGUAGES = ("ko", "en")


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


@pytest.mark.parametrize("template", load_templates(), ids=lambda template: template.template_id)
def test_english_possessives_stand_before_what_is_had(template: Template) -> None:
    """{hers} is "her" or "his"; alone ("it was hers") it would be wrong."""
    scenes = [scene for form in load_telling(template.template_id, "en").prose.values() for scene in form.scenes]
    texts = [text for scene in scenes for passage in scene.passages for text in passage.wordings]
    assert not [text for text in texts if re.search(r"\{[ek]?[Hh]ers\}([.,;:!?”]|$)", text)]
