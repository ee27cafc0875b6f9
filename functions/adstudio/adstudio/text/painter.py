"""Draws a laid out text."""

from dataclasses import dataclass

import numpy
from PIL import Image, ImageDraw

from adstudio.boxes.box import Box
from adstudio.text.colours import Ink, choose
from adstudio.text.contrast import Colour
from adstudio.text.fonts import Style, font
from adstudio.text.layout import Layout

type Pixels = tuple[int, int, int, int]

_PLATE_PADDING = 0.35  # relative to the text's size
_ROUNDING = 0.3


@dataclass(frozen=True, slots=True)
class Drawn:
    """The ad, and where its text is: `box` is around all that was drawn."""

    image: Image.Image
    box: Box
    ink: Ink


def draw(image: Image.Image, layout: Layout, style: Style, where: Pixels, wished: Colour | None) -> Drawn:
    """The image with the layout in the middle of the area `where` (left, top, right, bottom)."""
    left = where[0] + (where[2] - where[0] - layout.width) // 2
    top = where[1] + (where[3] - where[1] - layout.height) // 2
    padding = round(_PLATE_PADDING * layout.font_size)
    plate = (
        max(left - padding, 0),
        max(top - padding, 0),
        min(left + layout.width + padding, image.width),
        min(top + layout.height + padding, image.height),
    )
    region = numpy.asarray(image.crop(plate))
    ink = choose(region, wished)
    canvas = image.convert("RGBA")
    if ink.plate:
        canvas.alpha_composite(_rounded(image.size, plate, round(_ROUNDING * layout.font_size), ink.plate))
    pen = ImageDraw.Draw(canvas)
    middle = left + layout.width / 2
    for number, line in enumerate(layout.lines):
        y = top + (number + 0.5) * layout.line_height
        pen.text((middle, y), line, font=font(style, layout.font_size), fill=ink.colour, anchor="mm")
    if layout.cta is not None:
        _draw_button(pen, layout, style, middle, top + layout.height, ink.colour)
    return Drawn(canvas.convert("RGB"), Box.of_pixels(*plate, image.width, image.height), ink)


def _draw_button(
    pen: ImageDraw.ImageDraw, layout: Layout, style: Style, middle: float, bottom: float, colour: Colour
) -> None:
    """A pill of the text's colour, with the words in whichever of black and white is readable on it."""
    top = bottom - layout.cta_height
    pill = (middle - layout.cta_width / 2, top, middle + layout.cta_width / 2, bottom)
    pen.rounded_rectangle(pill, radius=layout.cta_height / 2, fill=colour)
    words = choose(numpy.full((1, 1, 3), colour, numpy.uint8)).colour
    centre = (middle, (top + bottom) / 2)
    pen.text(centre, layout.cta or "", font=font(style, layout.cta_size), fill=words, anchor="mm")


def _rounded(
    size: tuple[int, int], box: tuple[int, int, int, int], radius: int, colour: tuple[int, int, int, int]
) -> Image.Image:
    layer = Image.new("RGBA", size)
    ImageDraw.Draw(layer).rounded_rectangle((box[0], box[1], box[2] - 1, box[3] - 1), radius=radius, fill=colour)
    return layer
