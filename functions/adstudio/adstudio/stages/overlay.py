"""`adstudio overlay`: set the text on the image."""

import argparse
from typing import TYPE_CHECKING, Any

from adstudio.options import add_options
from adstudio.workspace import AD, Workspace
from commandline import progress
from commandline.exit_codes import CliError, ExitCode

if TYPE_CHECKING:
    from PIL.Image import Image

    from adstudio.boxes.box import Box
    from adstudio.text.contrast import Colour
    from adstudio.text.fonts import Style
    from adstudio.text.layout import Layout

HELP = "set the text on the image"
OPTIONS = ("image", "image-url", "allow-local-addresses", "text", "cta", "proposal-id", "x-align", "y-align")

PADDING = 0.08
"""Of the rectangle, on each side."""
MARGIN = 0.03
"""Of the frame, where somebody aligns the text by hand."""
_FACTORS = tuple(1.15**step for step in range(1, 20))
"""How much larger a place is made in which the text does not fit; the last is more than any frame."""
_LARGEST = {"small": 48, "medium": 72, "large": 96}

type Pixels = tuple[int, int, int, int]


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the options."""
    add_options(parser, *OPTIONS)


def run(args: argparse.Namespace) -> int:
    """Leaves `ad.png`."""
    from adstudio.images.measure import hexadecimal
    from adstudio.text import copy
    from adstudio.text.painter import draw

    workspace = Workspace(args)
    advice = workspace.result_of("vlm_analyze").get("font") or {}
    style: Style = "serif" if advice.get("style") == "serif" else "sans"
    text = copy.checked(args.text, "text", copy.TEXT_LONGEST, style)
    cta = None if args.cta is None else copy.checked(args.cta, "call to action", copy.CTA_LONGEST, style)
    image = workspace.image()
    progress.report(20, "setting the text")
    proposal_id, where, layout = _set(args, workspace, image, text, cta, advice)
    drawn = draw(image, layout, style, where, _colour(advice.get("colour")))
    workspace.leave_image(AD, drawn.image)
    told = {
        "box": drawn.box.as_dict(),
        "proposal_id": proposal_id,
        "font": style,
        "font_size": layout.font_size,
        "lines": list(layout.lines),
        "cta": layout.cta,
        "colour": hexadecimal(drawn.ink.colour),
        "plate": drawn.ink.plate and list(drawn.ink.plate),
        # Rounded down: what reads as 4.5 is no less.
        "contrast": int(drawn.ink.contrast * 100) / 100,
    }
    return workspace.finish("overlay", {"layout": told})


def _set(
    args: argparse.Namespace, workspace: Workspace, image: "Image", text: str, cta: str | None, advice: dict[str, Any]
) -> "tuple[int | None, Pixels, Layout]":
    """The first place in which the text fits, in pixels, and how it is laid out there."""
    from adstudio.text.layout import LARGEST, fit

    style: Style = "serif" if advice.get("style") == "serif" else "sans"
    largest = _LARGEST.get(str(advice.get("size")), LARGEST)
    places = _places(args, workspace)
    # Where nothing fits, the best place is made larger: an ad whose text hides something can be judged, and changed.
    grown = [(number, _grown(box, factor)) for number, box in places[:1] for factor in _FACTORS]
    for proposal_id, box in [*places, *grown]:
        left, top, right, bottom = box.pixels(image.width, image.height)
        inner = (round((right - left) * (1 - 2 * PADDING)), round((bottom - top) * (1 - 2 * PADDING)))
        layout = fit(text, cta, style, *inner, largest=largest)
        if layout is not None:
            return proposal_id, (left, top, right, bottom), layout
    raise CliError(ExitCode.INPUT_ERROR, "the text does not fit, even in the smallest size; shorten it")


def _places(args: argparse.Namespace, workspace: Workspace) -> "list[tuple[int | None, Box]]":
    """Where the text may go: where the options say, or at any proposal, the best first."""
    from adstudio.boxes.box import box_from

    if args.x_align is not None or args.y_align is not None:
        return [(None, _aligned(args.x_align or "center", args.y_align or "middle"))]
    proposals = workspace.result_of("planner").get("proposals") or []
    boxes = [(int(entry.get("proposal_id", number)), box_from(entry)) for number, entry in enumerate(proposals)]
    if args.proposal_id is not None:
        boxes = [(number, box) for number, box in boxes if number == args.proposal_id]
        if not boxes:
            raise CliError(ExitCode.INPUT_ERROR, f"the planner made no proposal {args.proposal_id}")
    if not boxes:
        raise CliError(ExitCode.INPUT_ERROR, "the planner made no proposal")
    return list(boxes)


def _grown(box: "Box", factor: float) -> "Box":
    """The box that many times as wide and high, as far as the frame allows."""
    from adstudio.boxes.box import Box

    width, height = (min(side * factor, 1.0) for side in (box.x1 - box.x0, box.y1 - box.y0))
    x0 = min(max((box.x0 + box.x1 - width) / 2, 0.0), 1 - width)
    y0 = min(max((box.y0 + box.y1 - height) / 2, 0.0), 1 - height)
    return Box(x0, y0, x0 + width, y0 + height)


def _aligned(x_align: str, y_align: str) -> "Box":
    """The part of the frame that is meant, in ninths; across the middle there is more room."""
    from adstudio.boxes.box import Box

    far = 1 - MARGIN
    x0, x1 = {"left": (MARGIN, 0.62), "center": (MARGIN, far), "right": (0.38, far)}[x_align]
    y0, y1 = {"top": (MARGIN, 0.36), "middle": (0.32, 0.68), "bottom": (0.64, far)}[y_align]
    return Box(x0, y0, x1, y1)


def _colour(advised: Any) -> "Colour | None":
    """The colour of the advice, if it is written as one."""
    try:
        red, green, blue = bytes.fromhex(str(advised).removeprefix("#"))
    except ValueError:
        return None
    return red, green, blue
