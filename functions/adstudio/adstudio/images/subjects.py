"""Draws what a scene is about: a house in the hills, a boat on the sea, a bottle or a cup on the table."""

from collections.abc import Callable

import numpy
from PIL import Image, ImageDraw, ImageFilter

type Colour = tuple[int, int, int]
type Subject = Callable[[Image.Image, numpy.random.Generator, int, Colour, Colour], Image.Image]

_FINE = 2  # drawn at so many times the size, then reduced: smooth edges


def _placed(
    image: Image.Image, random: numpy.random.Generator, foot: int, size: float, drawing: Image.Image
) -> Image.Image:
    """The drawing, `size` of the frame's height, standing on row `foot` in the left or the right third."""
    high = round(size * image.height)
    wide = round(high * drawing.width / drawing.height)
    drawing = drawing.resize((wide, high), Image.Resampling.LANCZOS)
    third = random.uniform(0.2, 0.34)
    middle = third if random.random() < 0.5 else 1 - third
    canvas = image.convert("RGBA")
    canvas.alpha_composite(drawing, (max(round(middle * image.width - wide / 2), 0), max(foot - high, 0)))
    return canvas.convert("RGB")


def _house(
    image: Image.Image, random: numpy.random.Generator, horizon: int, near: Colour, light: Colour
) -> Image.Image:
    wall = tuple(int(value * 0.6 + 60) for value in near)
    drawing = Image.new("RGBA", (400 * _FINE, 420 * _FINE))
    pen = ImageDraw.Draw(drawing)
    pen.polygon(_scaled((60, 420), (60, 190), (340, 190), (340, 420)), fill=wall)
    pen.polygon(_scaled((20, 200), (200, 40), (380, 200)), fill=tuple(int(value * 0.5) for value in near))
    pen.rectangle(_scaled((278, 50), (314, 150)), fill=tuple(int(value * 0.6) for value in near))
    for x, y in ((95, 235), (235, 235), (95, 325)):
        pen.rectangle(_scaled((x, y), (x + 66, y + 58)), fill=light)
        pen.line(_scaled((x + 33, y), (x + 33, y + 58)), fill=wall, width=6 * _FINE)
        pen.line(_scaled((x, y + 29), (x + 66, y + 29)), fill=wall, width=6 * _FINE)
    pen.rectangle(_scaled((235, 320), (300, 420)), fill=tuple(int(value * 0.7) for value in near))
    foot = round(horizon + (image.height - horizon) * random.uniform(0.45, 0.7))
    return _placed(image, random, foot, random.uniform(0.3, 0.4), drawing)


def _boat(image: Image.Image, random: numpy.random.Generator, horizon: int, near: Colour, light: Colour) -> Image.Image:
    drawing = Image.new("RGBA", (420 * _FINE, 440 * _FINE))
    pen = ImageDraw.Draw(drawing)
    pen.line(_scaled((205, 20), (205, 360)), fill=near, width=8 * _FINE)
    pen.polygon(_scaled((215, 30), (215, 330), (380, 330)), fill=tuple(int(value * 0.96) for value in light))
    pen.polygon(_scaled((195, 60), (195, 330), (70, 330)), fill=tuple(int(value * 0.84) for value in light))
    pen.polygon(_scaled((30, 350), (395, 350), (335, 432), (95, 432)), fill=(134, 44, 36))
    pen.polygon(_scaled((30, 350), (395, 350), (383, 368), (43, 368)), fill=(226, 216, 198))
    foot = round(horizon + (image.height - horizon) * random.uniform(0.25, 0.5))
    return _placed(image, random, foot, random.uniform(0.32, 0.42), drawing)


def _on_table(
    image: Image.Image, random: numpy.random.Generator, horizon: int, near: Colour, light: Colour
) -> Image.Image:
    foot = round(horizon + (image.height - horizon) * random.uniform(0.45, 0.65))
    drawing, size = (_bottle(random), 0.62) if random.random() < 0.5 else (_cup(random), 0.36)
    shadow = Image.new("RGBA", drawing.size)
    width, height = drawing.size
    ImageDraw.Draw(shadow).ellipse((0, height * 0.93, width, height), fill=(0, 0, 0, 150))
    shadow = shadow.filter(ImageFilter.GaussianBlur(width / 40))
    shadow.alpha_composite(drawing)
    return _placed(image, random, foot, size, shadow)


def _bottle(random: numpy.random.Generator) -> Image.Image:
    outline = Image.new("L", (220 * _FINE, 640 * _FINE))
    pen = ImageDraw.Draw(outline)
    pen.rounded_rectangle(_scaled((20, 210), (200, 628)), radius=34 * _FINE, fill=255)
    pen.ellipse(_scaled((20, 150), (200, 300)), fill=255)
    pen.rectangle(_scaled((82, 40), (138, 200)), fill=255)
    drawing = _round(outline, tuple(int(value) for value in random.integers(30, 150, 3)))
    pen = ImageDraw.Draw(drawing)
    pen.rectangle(_scaled((76, 12), (144, 58)), fill=(38, 34, 32))
    pen.rectangle(_scaled((34, 330), (186, 520)), fill=(236, 230, 216))
    pen.line(_scaled((58, 380), (162, 380)), fill=(90, 80, 70), width=10 * _FINE)
    pen.line(_scaled((74, 420), (146, 420)), fill=(150, 138, 122), width=6 * _FINE)
    return drawing


def _cup(random: numpy.random.Generator) -> Image.Image:
    outline = Image.new("L", (460 * _FINE, 340 * _FINE))
    pen = ImageDraw.Draw(outline)
    pen.polygon(_scaled((40, 60), (340, 60), (296, 330), (84, 330)), fill=255)
    pen.arc(_scaled((290, 90), (430, 250)), -100, 110, fill=255, width=26 * _FINE)
    drawing = _round(outline, tuple(int(value) for value in random.integers(150, 236, 3)))
    pen = ImageDraw.Draw(drawing)
    pen.ellipse(_scaled((40, 30), (340, 92)), fill=(244, 240, 232))
    pen.ellipse(_scaled((58, 38), (322, 86)), fill=(62, 38, 24))
    return drawing


def _round(outline: Image.Image, colour: tuple[int, ...]) -> Image.Image:
    """The outline in a colour that is lit from the left, as something round is."""
    across = numpy.linspace(-1, 1, outline.width)
    light = 1.05 - 0.55 * (across + 0.35) ** 2 + 0.5 * numpy.exp(-(((across + 0.5) / 0.1) ** 2))
    shaded = (numpy.array(colour) * light[:, None]).clip(0, 255).astype(numpy.uint8)
    body = Image.fromarray(numpy.broadcast_to(shaded, (outline.height, outline.width, 3)).copy()).convert("RGBA")
    body.putalpha(outline)
    return body


def _scaled(*points: tuple[float, float]) -> list[tuple[float, float]]:
    return [(x * _FINE, y * _FINE) for x, y in points]


SUBJECTS: dict[str, Subject] = {"hills": _house, "sea": _boat, "table": _on_table}
"""By place: draws onto the image what stands there; takes the random numbers, the horizon's row, and two colours."""
