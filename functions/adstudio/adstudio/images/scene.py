"""Draws a scene: the embedded stand-in for an image model. The same prompt and seed draw the same scene."""

import zlib
from dataclasses import dataclass

import cv2
import numpy
from numpy.typing import ArrayLike, NDArray
from PIL import Image

from adstudio.images.noise import Field, field, ridge
from adstudio.images.subjects import SUBJECTS

type Colour = tuple[int, int, int]
type Canvas = NDArray[numpy.float32]


@dataclass(frozen=True, slots=True)
class Mood:
    """The light of a time of day: the sky's colours from above to the horizon, what is far and near, the sun's."""

    zenith: Colour
    horizon: Colour
    far: Colour
    near: Colour
    light: Colour
    grain: float


MOODS = {
    "day": Mood((58, 118, 190), (200, 222, 236), (132, 158, 176), (40, 66, 44), (255, 250, 228), 3.0),
    "dusk": Mood((42, 44, 92), (240, 158, 104), (122, 88, 110), (26, 22, 34), (255, 214, 150), 4.0),
    "night": Mood((6, 9, 24), (38, 52, 86), (28, 36, 60), (8, 10, 18), (232, 232, 212), 6.0),
    "mist": Mood((168, 178, 184), (220, 222, 220), (176, 184, 186), (78, 88, 88), (250, 248, 240), 3.0),
}
WOOD = (96, 66, 44)
PLACES = ("hills", "sea", "table")
_WORDS = {
    "day": ("day", "noon", "sunny", "summer", "낮", "여름", "맑은"),
    "dusk": ("dusk", "sunset", "evening", "autumn", "노을", "저녁", "가을"),
    "night": ("night", "moon", "midnight", "dark", "밤", "달", "어둠"),
    "mist": ("mist", "fog", "winter", "morning", "안개", "겨울", "아침"),
    "hills": ("hill", "mountain", "forest", "village", "house", "산", "숲", "마을", "집"),
    "sea": ("sea", "ocean", "beach", "boat", "island", "바다", "해변", "배", "섬"),
    "table": ("table", "coffee", "cup", "bottle", "perfume", "product", "cafe", "커피", "컵", "병", "향수", "제품"),
}


def draw(prompt: str, seed: int, width: int, height: int) -> Image.Image:
    """A scene whose light and place the prompt's words choose; what they leave open the seed does."""
    random = numpy.random.default_rng([seed, zlib.crc32(prompt.encode())])
    mood = MOODS[_chosen(prompt, tuple(MOODS), random)]
    place = _chosen(prompt, PLACES, random)
    canvas = _sky(random, mood, width, height)
    horizon = round(height * random.uniform(0.52, 0.66))
    if place == "hills":
        _add_hills(canvas, random, mood, horizon)
    elif place == "sea":
        _add_sea(canvas, random, mood, horizon)
    else:
        canvas = numpy.asarray(cv2.GaussianBlur(canvas, (0, 0), width / 60), numpy.float32)
        _add_table(canvas, random, mood, horizon)
    image = Image.fromarray(canvas.clip(0, 255).astype(numpy.uint8))
    image = SUBJECTS[place](image, random, horizon, mood.near, mood.light)
    return _developed(image, random, mood)


def _chosen(prompt: str, names: tuple[str, ...], random: numpy.random.Generator) -> str:
    """The first name one of whose words is in the prompt, else one by chance."""
    lower = prompt.lower()
    by_chance = names[int(random.integers(len(names)))]
    return next((name for name in names if any(word in lower for word in _WORDS[name])), by_chance)


def _sky(random: numpy.random.Generator, mood: Mood, width: int, height: int) -> Canvas:
    down = numpy.linspace(0, 1, height, dtype=numpy.float32)[:, None, None] ** 0.8
    canvas = _mixed(mood.zenith, mood.horizon, down) + numpy.zeros((1, width, 1), numpy.float32)
    clouds = numpy.clip(field(random, width, height, stretch=3) - 0.55, 0, 1)[..., None] * 1.4
    canvas = _mixed(canvas, _shade(mood.horizon, 1.06), clouds)
    x, y = random.uniform(0.12, 0.88) * width, random.uniform(0.12, 0.34) * height
    rows, columns = numpy.ogrid[:height, :width]
    distance = numpy.hypot(columns - x, rows - y).astype(numpy.float32)[..., None] / height
    radius = random.uniform(0.035, 0.06)
    glow = 0.55 * numpy.exp(-((distance / 0.16) ** 2)) + numpy.clip((radius - distance) * height / 2, 0, 1)
    return _mixed(canvas, mood.light, numpy.clip(glow, 0, 1))


def _add_hills(canvas: Canvas, random: numpy.random.Generator, mood: Mood, horizon: int) -> None:
    height, width = canvas.shape[:2]
    layers = 4
    rows = numpy.arange(height)[:, None]
    for layer in range(layers):
        nearness = (layer + 1) / layers
        base = horizon + (height - horizon) * layer / layers
        line = base - ridge(random, width, 0.55) * height * (0.2 - 0.035 * layer)
        colour = _mixed(mood.far, mood.near, nearness)
        texture = (field(random, width, height)[..., None] - 0.5) * 22 * nearness
        canvas[:] = numpy.where((rows >= line)[..., None], colour + texture, canvas)


def _add_sea(canvas: Canvas, random: numpy.random.Generator, mood: Mood, horizon: int) -> None:
    height, width = canvas.shape[:2]
    depth = numpy.linspace(0, 1, height - horizon, dtype=numpy.float32)[:, None, None]
    water = _mixed(_shade(mood.horizon, 0.82), _shade(mood.zenith, 0.55), depth**0.6)
    waves = (field(random, width, height - horizon, stretch=14)[..., None] - 0.5) * (18 + 46 * depth)
    canvas[horizon:] = water + waves


def _add_table(canvas: Canvas, random: numpy.random.Generator, mood: Mood, horizon: int) -> None:
    height, width = canvas.shape[:2]
    lights = [(random.uniform(0, 1), random.uniform(0.05, 0.9), random.uniform(0.02, 0.05)) for _ in range(14)]
    for x, y, radius in lights:  # what is out of focus behind the table
        spot = numpy.zeros((horizon, width), numpy.float32)
        cv2.circle(spot, (round(x * width), round(y * horizon)), round(radius * width), 0.16, cv2.FILLED)
        canvas[:horizon] = _mixed(canvas[:horizon], mood.light, cv2.GaussianBlur(spot, (0, 0), 4)[..., None])
    wood = _mixed(WOOD, mood.near, 0.35)
    grain = (field(random, width, height - horizon, stretch=24)[..., None] - 0.5) * 44
    depth = numpy.linspace(1.12, 0.78, height - horizon, dtype=numpy.float32)[:, None, None]
    canvas[horizon:] = (wood + grain) * depth


def _developed(image: Image.Image, random: numpy.random.Generator, mood: Mood) -> Image.Image:
    """With the faults of a photograph: a lens's vignette, and grain."""
    pixels = numpy.asarray(image, numpy.float32)
    height, width = pixels.shape[:2]
    rows, columns = numpy.ogrid[-1 : 1 : height * 1j, -1 : 1 : width * 1j]
    vignette: Field = (1 - 0.16 * (rows**2 + columns**2)).astype(numpy.float32)
    grain = random.standard_normal((height, width, 1), numpy.float32) * mood.grain
    return Image.fromarray((pixels * vignette[..., None] + grain).clip(0, 255).astype(numpy.uint8))


def _shade(colour: Colour, brightness: float) -> Canvas:
    return numpy.asarray(colour, numpy.float32) * numpy.float32(brightness)


def _mixed(one: ArrayLike, other: ArrayLike, share: ArrayLike) -> Canvas:
    """``share`` of the other colour, 0 to 1, and the rest of the one."""
    first, second, of_second = (numpy.asarray(part, numpy.float32) for part in (one, other, share))
    return first + (second - first) * of_second
