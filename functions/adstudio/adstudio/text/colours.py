"""Chooses a colour that can be read on every pixel behind the text, with a plate beneath it where none can."""

from dataclasses import dataclass

import numpy
from numpy.typing import NDArray

from adstudio.text.contrast import AA, Colour, luminance, worst_ratio

WHITE, PAPER, INK = (255, 255, 255), (255, 248, 231), (17, 17, 17)
_OPACITIES = (0.5, 0.65, 0.8, 0.9, 1.0)

type Region = NDArray[numpy.uint8]


@dataclass(frozen=True, slots=True)
class Ink:
    """A colour, the RGBA plate beneath it if it needs one, and the least contrast that it then has."""

    colour: Colour
    plate: tuple[int, int, int, int] | None
    contrast: float


def choose(region: Region, wished: Colour | None = None) -> Ink:
    """The colour for text on the region: the wished one if it reaches 4.5:1 everywhere, else the better of two."""
    candidates = [wished] if wished else []
    for colours in (candidates, [WHITE, INK]):
        best = max(colours, key=lambda colour: worst_ratio(colour, region), default=None)
        if best is not None and (reached := worst_ratio(best, region)) >= AA:
            return Ink(best, None, reached)
    return _on_plate(region)


def plated(region: Region, plate: tuple[int, int, int, int]) -> Region:
    """The region as it looks beneath the plate."""
    opacity = plate[3] / 255
    mixed = region * (1 - opacity) + numpy.array(plate[:3]) * opacity
    return numpy.rint(mixed).astype(numpy.uint8)


def _on_plate(region: Region) -> Ink:
    """White on dark where the region is dark, else dark on light; the plate as clear as it may be."""
    dark = float(luminance(region).mean()) < 0.4
    colour, ground = (WHITE, INK) if dark else (INK, WHITE)
    for opacity in _OPACITIES:
        plate = (*ground, round(255 * opacity))
        contrast = worst_ratio(colour, plated(region, plate))
        if contrast >= AA:
            break
    return Ink(colour, plate, contrast)
