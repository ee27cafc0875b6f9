"""Contrast against published values."""

import numpy
import pytest

from adstudio.text import contrast
from adstudio.text.colours import INK, WHITE, choose, plated

BLACK = (0, 0, 0)


def _ratio(one: contrast.Colour, other: contrast.Colour) -> float:
    return contrast.worst_ratio(one, numpy.array([[other]], numpy.uint8))


@pytest.mark.parametrize(
    ("one", "other", "expected"),
    [
        # W3C's Understanding documents and techniques (G17, G18, F83): #767676 is the lightest gray that is AA on
        # white, #595959 the lightest that is AAA, and black on white is 21.
        ((255, 255, 255), (0, 0, 0), 21.0),
        ((0x76, 0x76, 0x76), (255, 255, 255), 4.54),
        ((0x77, 0x77, 0x77), (255, 255, 255), 4.48),
        ((0x59, 0x59, 0x59), (255, 255, 255), 7.0),
        ((255, 0, 0), (255, 255, 255), 4.0),
        ((0, 0, 255), (255, 255, 255), 8.59),
        ((0, 255, 0), (0, 0, 0), 15.3),
        ((9, 9, 9), (9, 9, 9), 1.0),
    ],
)
def test_ratios_are_those_of_the_guidelines(one: contrast.Colour, other: contrast.Colour, expected: float) -> None:
    assert _ratio(one, other) == pytest.approx(expected, abs=0.005)
    assert _ratio(other, one) == pytest.approx(expected, abs=0.005)


def test_black_is_not_21_to_1_on_everything() -> None:
    assert _ratio(BLACK, (0x80, 0x80, 0x80)) == pytest.approx(5.32, abs=0.005)
    assert _ratio(BLACK, (10, 10, 10)) < 1.1


def test_the_worst_pixel_decides() -> None:
    region = numpy.array([[(255, 255, 255), (0x77, 0x77, 0x77)]], numpy.uint8)
    assert contrast.worst_ratio(WHITE, region) == 1.0
    assert contrast.worst_ratio(BLACK, region) == pytest.approx(_ratio(BLACK, (0x77, 0x77, 0x77)))


@pytest.mark.parametrize(("pixels", "large"), [(23, False), (24, True), (28, True)])
def test_large_text_begins_at_18_points(pixels: int, large: bool) -> None:
    assert contrast.is_large(pixels) is large


@pytest.mark.parametrize(
    ("value", "large", "level", "score"),
    [
        (7.0, False, "AAA", 1.0),
        (21.0, False, "AAA", 1.0),
        (5.75, False, "AA", 0.75),
        (4.5, False, "AA", 0.5),
        (4.49, False, None, 4.49 / 9),
        (1.0, False, None, 1 / 9),
        (4.5, True, "AAA", 1.0),
        (3.75, True, "AA", 0.75),
        (3.0, True, "AA", 0.5),
        (1.5, True, None, 0.25),
    ],
)
def test_levels_and_scores(value: float, large: bool, level: str | None, score: float) -> None:
    assert contrast.level(value, large=large) == level
    assert contrast.score(value, large=large) == pytest.approx(score)


@pytest.mark.parametrize(("ground", "colour"), [((20, 20, 60), WHITE), ((230, 230, 200), INK)])
def test_an_even_ground_needs_no_plate(ground: contrast.Colour, colour: contrast.Colour) -> None:
    ink = choose(numpy.full((5, 5, 3), ground, numpy.uint8))
    assert (ink.colour, ink.plate) == (colour, None)
    assert ink.contrast >= 4.5


def test_a_wished_colour_is_used_where_it_can_be_read_only() -> None:
    dark, bright = numpy.zeros((2, 2, 3), numpy.uint8), numpy.full((2, 2, 3), 250, numpy.uint8)
    assert choose(dark, (255, 240, 200)).colour == (255, 240, 200)
    assert choose(bright, (255, 240, 200)).colour == INK


def test_on_an_uneven_ground_a_plate_makes_every_pixel_readable() -> None:
    region = numpy.random.default_rng(5).integers(0, 256, (40, 40, 3), numpy.uint8)
    ink = choose(region)
    assert ink.plate is not None
    assert ink.contrast >= 4.5
    assert ink.contrast == contrast.worst_ratio(ink.colour, plated(region, ink.plate))
