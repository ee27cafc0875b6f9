"""Contrast as the Web Content Accessibility Guidelines define it.

Formulas: WCAG 2.2, definitions of "relative luminance" and "contrast ratio"; levels: success criteria 1.4.3 (AA) and
1.4.6 (AAA). https://www.w3.org/TR/WCAG22/
"""

from typing import Literal

import numpy
from numpy.typing import ArrayLike, NDArray

Level = Literal["AAA", "AA"]
Colour = tuple[int, int, int]

AA, AAA = 4.5, 7.0
AA_LARGE, AAA_LARGE = 3.0, 4.5
_PIXELS_PER_POINT = 1.33
_LARGE_POINTS = 18
_WEIGHTS = numpy.array([0.2126, 0.7152, 0.0722])


def luminance(colours: ArrayLike) -> NDArray[numpy.float64]:
    """Relative luminance, 0 (black) to 1 (white), of sRGB colours whose last axis has 0-255 for red, green, blue."""
    scale = numpy.arange(256) / 255
    linear = numpy.where(scale <= 0.04045, scale / 12.92, ((scale + 0.055) / 1.055) ** 2.4)
    return numpy.asarray(linear[numpy.asarray(colours, numpy.uint8)] @ _WEIGHTS, numpy.float64)


def ratio(one: ArrayLike, other: ArrayLike) -> NDArray[numpy.float64]:
    """Contrast ratio, 1 to 21, of two relative luminances."""
    lighter, darker = numpy.maximum(one, other), numpy.minimum(one, other)
    return numpy.asarray((lighter + 0.05) / (darker + 0.05), numpy.float64)


def worst_ratio(colour: Colour, region: NDArray[numpy.uint8]) -> float:
    """The least contrast that the colour has with any pixel of the region."""
    return float(ratio(luminance(colour), luminance(region)).min())


def is_large(font_pixels: float) -> bool:
    """Whether text of that size counts as large."""
    return font_pixels / _PIXELS_PER_POINT >= _LARGE_POINTS


def level(contrast: float, *, large: bool) -> Level | None:
    """The level that text of this contrast reaches."""
    aa, aaa = (AA_LARGE, AAA_LARGE) if large else (AA, AAA)
    if contrast >= aaa:
        return "AAA"
    return "AA" if contrast >= aa else None


def score(contrast: float, *, large: bool) -> float:
    """1 from AAA up, linear from 0.5 to 1 between AA and AAA, in proportion to AA below it."""
    aa, aaa = (AA_LARGE, AAA_LARGE) if large else (AA, AAA)
    if contrast >= aaa:
        return 1.0
    if contrast >= aa:
        return 0.5 + 0.5 * (contrast - aa) / (aaa - aa)
    return contrast / aa * 0.5
