"""Dealing: neighbouring seeds get different wordings and units by design."""

import itertools

import pytest

from storyteller.offline.deal import Dealer
from storyteller.story.templates import Template, load_templates
from storyteller.story.units import HAND, draw_units


def told(seed: int, count: int, passages: int) -> list[int]:
    return [Dealer(seed, "en:test").choose(count, number) for number in range(passages)]


@pytest.mark.parametrize("count", [1, 2, 3, 4, 5, 6, 7])
def test_every_way_is_told(count: int) -> None:
    chosen = {choice for seed in range(200) for choice in told(seed, count, 10)}
    assert chosen == set(range(count))


def test_neighbours_agree_in_two_of_ten_at_most() -> None:
    for first, second in itertools.combinations(range(25), 2):
        same = [one == other for one, other in zip(told(first, 5, 10), told(second, 5, 10), strict=True)]
        assert sum(same) <= 2


@pytest.mark.parametrize("seed", [-7, 0, 2**63])
def test_any_seed_will_do(seed: int) -> None:
    assert set(told(seed, 3, 30)) <= {0, 1, 2}
    assert told(seed, 3, 30) == told(seed, 3, 30)


@pytest.mark.parametrize("template", load_templates(), ids=lambda template: template.template_id)
def test_hands_of_one_round_have_no_unit_in_common(template: Template) -> None:
    drawn = [[unit.unit_id for unit in draw_units(template, "en", seed)] for seed in range(40)]
    assert {frozenset(units) for units in drawn} == {frozenset(drawn[0])}
    hands = [set(units[:HAND]) for units in drawn]
    rows = len(drawn[0]) // HAND
    assert all(hands[one].isdisjoint(hands[other]) for one, other in itertools.combinations(range(rows), 2))
