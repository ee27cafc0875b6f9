"""Measures an image as a camera's user would judge it: sharpness, exposure, size, colours."""

from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Any

import cv2
import numpy

from adstudio.text.contrast import Colour

if TYPE_CHECKING:
    from PIL.Image import Image

_WORKING_SIDE = 512
BLURRED = 15.0
DARK, BRIGHT = 0.12, 0.9
FEW_PIXELS = 640 * 480
_COLOURS = 5


@dataclass(frozen=True, slots=True)
class Measures:
    """`sharpness` is the variance of the Laplacian (Pech-Pacheco et al., 2000) at 512 pixels; `exposure` the mean
    brightness, 0 to 1; `colours` the dominant ones, the most common first."""

    width: int
    height: int
    sharpness: float
    exposure: float
    colours: tuple[Colour, ...]

    def as_dict(self) -> dict[str, Any]:
        return asdict(self) | {"colours": [hexadecimal(colour) for colour in self.colours]}


def measure(image: "Image") -> Measures:
    small = image.copy()
    small.thumbnail((_WORKING_SIDE, _WORKING_SIDE))
    gray = numpy.asarray(small.convert("L"))
    # The median cut of Heckbert, 1982.
    quantized = numpy.asarray(small.quantize(_COLOURS).convert("RGB")).reshape(-1, 3)
    found, counts = numpy.unique(quantized, axis=0, return_counts=True)
    return Measures(
        width=image.width,
        height=image.height,
        sharpness=round(float(cv2.Laplacian(gray, cv2.CV_64F).var()), 2),
        exposure=round(float(gray.mean()) / 255, 4),
        colours=tuple((int(r), int(g), int(b)) for r, g, b in found[numpy.argsort(-counts, kind="stable")]),
    )


def issues(measures: Measures) -> list[tuple[str, str]]:
    """What is wrong with the image, each with what to do about it."""
    found = []
    if measures.sharpness < BLURRED:
        found.append(("blurred", "Use a sharper image."))
    if measures.exposure < DARK:
        found.append(("underexposed", "Use a brighter image."))
    if measures.exposure > BRIGHT:
        found.append(("overexposed", "Use a darker image."))
    if measures.width * measures.height < FEW_PIXELS:
        found.append(("low resolution", "Use an image of at least 640 x 480 pixels."))
    return found


def hexadecimal(colour: Colour) -> str:
    """As style sheets write it: `#rrggbb`."""
    return "#{:02x}{:02x}{:02x}".format(*colour)
