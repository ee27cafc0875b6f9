"""The fonts: Noto Sans KR and Noto Serif KR (SIL Open Font License), which have Korean and Latin letters."""

from functools import cache
from importlib.resources import files
from typing import Literal

from PIL import ImageFont

Style = Literal["sans", "serif"]

_FILES: dict[Style, str] = {"sans": "NotoSansKR-Regular.otf", "serif": "NotoSerifKR-Regular.otf"}


@cache
def font(style: Style, pixels: int) -> ImageFont.FreeTypeFont:
    """The font in that size."""
    return ImageFont.truetype(_path(style), pixels)


@cache
def characters(style: Style) -> frozenset[int]:
    """Code points that the font has glyphs for."""
    from fontTools.ttLib import TTFont

    with TTFont(_path(style), lazy=True) as opened:
        return frozenset(opened.getBestCmap() or {})


def _path(style: Style) -> str:
    return str(files("pylopdf_fonts_ko") / _FILES[style])
