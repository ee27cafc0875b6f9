"""`adstudio planner`: find where the text may go."""

import argparse
from typing import TYPE_CHECKING

from adstudio.options import add_options
from adstudio.workspace import MASK, Workspace
from commandline import progress
from commandline.exit_codes import CliError, ExitCode

if TYPE_CHECKING:
    from numpy import uint8
    from numpy.typing import NDArray

HELP = "find where the text may go"
OPTIONS = (
    "image",
    "image-url",
    "allow-local-addresses",
    "min-overlay-width",
    "min-overlay-height",
    "max-proposals",
    "max-forbidden-iou",
)
MOST_PROPOSALS = 50


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the options."""
    add_options(parser, *OPTIONS)


def run(args: argparse.Namespace) -> int:
    """Proposes rectangles, the best first."""
    from adstudio.boxes.room import Limits, propose

    _validate(args)
    workspace = Workspace(args)
    mask = _mask(workspace)
    progress.report(20, "looking for room")
    limits = Limits(args.min_overlay_width, args.min_overlay_height, args.max_proposals, args.max_forbidden_iou)
    proposals = [proposal.as_dict(number) for number, proposal in enumerate(propose(mask, limits))]
    return workspace.finish("planner", {"proposals": proposals})


def _mask(workspace: Workspace) -> "NDArray[uint8]":
    """What `yolo_detect` left; or made of its boxes, where somebody else has found them."""
    import numpy
    from PIL import Image

    from adstudio.boxes.box import detections_from, mask_of

    found = workspace.result_of("yolo_detect")
    path = workspace.given_file(MASK)
    if path is not None:
        with Image.open(path) as mask:
            return numpy.asarray(mask.convert("L"))
    image = workspace.image()
    return mask_of((one.box for one in detections_from(found)), image.width, image.height)


def _validate(args: argparse.Namespace) -> None:
    bounds = (
        ("--min-overlay-width", args.min_overlay_width, 0.1, 1),
        ("--min-overlay-height", args.min_overlay_height, 0.05, 1),
        ("--max-proposals", args.max_proposals, 1, MOST_PROPOSALS),
        ("--max-forbidden-iou", args.max_forbidden_iou, 0, 1),
    )
    for option, value, least, most in bounds:
        if not least <= value <= most:
            raise CliError(ExitCode.INPUT_ERROR, f"{option} must be from {least} to {most}, not {value}")
