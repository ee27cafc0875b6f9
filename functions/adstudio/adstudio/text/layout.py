"""Breaks a text into lines and finds the largest size in which it fits."""

import math
from collections.abc import Callable
from dataclasses import dataclass

from adstudio.text.fonts import Style, font

LARGEST, SMALLEST, STEP = 96, 28, 2
LINE_HEIGHT = 1.25
CTA_SIZE = 0.62
"""Of the call to action, relative to the text."""
_CTA_PADDING = (0.9, 0.45)  # beside and above, relative to its size
_GAP = 0.5  # between text and call to action, relative to the text's size


@dataclass(frozen=True, slots=True)
class Layout:
    """Lines of one size, and the call to action beneath them. Measures are in pixels."""

    font_size: int
    lines: tuple[str, ...]
    cta: str | None
    cta_size: int
    width: int
    height: int
    cta_width: int
    cta_height: int

    @property
    def line_height(self) -> int:
        return round(self.font_size * LINE_HEIGHT)


def fit(text: str, cta: str | None, style: Style, width: int, height: int, *, largest: int = LARGEST) -> Layout | None:
    """The largest layout that fits, its lines about equally long; None if not even the smallest fits."""
    for size in range(largest, SMALLEST - 1, -STEP):
        layout = _laid_out(_broken(text, _ruler(style, size), width), cta, style, size)
        if layout.width <= width and layout.height <= height:
            return _laid_out(_balanced(text, _ruler(style, size), width), cta, style, size)
    return None


def _ruler(style: Style, size: int) -> Callable[[str], float]:
    return font(style, size).getlength


def _laid_out(lines: list[str], cta: str | None, style: Style, size: int) -> Layout:
    cta_size = round(size * CTA_SIZE)
    cta_width = cta_height = gap = 0
    if cta is not None:
        beside, above = _CTA_PADDING
        cta_width = round(_ruler(style, cta_size)(cta) + 2 * beside * cta_size)
        cta_height = round(cta_size * (1 + 2 * above))
        gap = round(_GAP * size)
    across = max(math.ceil(max(map(_ruler(style, size), lines))), cta_width)
    down = len(lines) * round(size * LINE_HEIGHT) + gap + cta_height
    return Layout(size, tuple(lines), cta, cta_size, across, down, cta_width, cta_height)


def _balanced(text: str, measure: Callable[[str], float], width: int) -> list[str]:
    """As few lines as there must be, broken at the least width that does not need more."""
    count = len(_broken(text, measure, width))
    narrowest, widest = 1, width
    while narrowest < widest:
        middle = (narrowest + widest) // 2
        if len(_broken(text, measure, middle)) <= count:
            widest = middle
        else:
            narrowest = middle + 1
    return _broken(text, measure, widest)


def _broken(text: str, measure: Callable[[str], float], width: int) -> list[str]:
    """Lines broken at spaces; within a word only if it is wider than a line."""
    lines = [""]
    for word in text.split(" "):
        longer = f"{lines[-1]} {word}".strip()
        if measure(longer) <= width:
            lines[-1] = longer
            continue
        if lines[-1]:
            lines.append("")
        for character in word:
            if lines[-1] and measure(lines[-1] + character) > width:
                lines.append("")
            lines[-1] += character
    return lines
