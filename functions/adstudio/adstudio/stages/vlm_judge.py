"""`adstudio vlm_judge`: judge the finished ad."""

import argparse
from typing import Any

from adstudio.boxes.box import Box, Detection, box_from, detections_from
from adstudio.options import add_options
from adstudio.workspace import AD, MASK, Workspace
from commandline import progress
from commandline.exit_codes import CliError, ExitCode
from commandline.models import OFFLINE

HELP = "judge the finished ad"
OPTIONS = ("text", "cta", "prompt", "model", "max-forbidden-iou")

HEURISTIC = "heuristic"
QUESTION = (
    "This is an ad made from the brief. Say whether it fits the brief (on_brief), whether its text hides something "
    "important (occlusion), whether the text can be read well (contrast_ok), whether the call to action is there "
    "(cta_present; true if the brief has none), and what is wrong with the ad (issues)."
)


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the options."""
    add_options(parser, *OPTIONS)


def run(args: argparse.Namespace) -> int:
    """Measures what can be measured; what the ad shows only a model can judge."""
    workspace = Workspace(args)
    layout = workspace.result_of("overlay").get("layout")
    progress.report(20, "judging the ad")
    evaluations = _evaluations(workspace, layout) if isinstance(layout, dict) else None
    if args.model == OFFLINE:
        measured = _measured(args, layout or {}, evaluations)
        return workspace.finish("vlm_judge", {"judge": HEURISTIC, **measured, "evaluations": evaluations})
    from adstudio.images.intake import open_image
    from adstudio.vision import Judgement, ask

    path = workspace.given_file(AD)
    if path is None:
        raise CliError(ExitCode.INPUT_ERROR, "overlay has left no ad; run it first")
    brief = {"text": args.text, "cta": args.cta, "prompt": args.prompt}
    ad = open_image(path.read_bytes(), own=True)
    said, usage = ask(args.model, "vlm_judge", ad, QUESTION, brief, Judgement)
    judged = {"judge": args.model, **said.model_dump(), "evaluations": evaluations, "usage": usage}
    return workspace.finish("vlm_judge", judged)


def _evaluations(workspace: Workspace, layout: dict[str, Any]) -> dict[str, Any]:
    """Contrast, and what the text hides. What was set elsewhere has no layout, so nothing of it is measured."""
    from adstudio.text import contrast

    try:
        measured, large = float(layout["contrast"]), contrast.is_large(float(layout["font_size"]))
    except (KeyError, TypeError, ValueError) as error:
        raise CliError(ExitCode.INPUT_ERROR, "the layout has no contrast or font_size") from error
    box = box_from(layout.get("box") or {})
    found = detections_from(workspace.result_of("yolo_detect"))
    nearest = max(found, key=lambda one: one.box.iou(box), default=None)
    iou = nearest.box.iou(box) if nearest else 0.0
    return {
        "readability": {
            "ratio": measured,
            "level": contrast.level(measured, large=large),
            "score": round(contrast.score(measured, large=large), 4),
        },
        "iou": {
            "max_iou": round(iou, 4),
            "detection": nearest.label if nearest and iou > 0 else None,
            "forbidden_share": round(_forbidden_share(workspace, box, found), 4),
        },
    }


def _forbidden_share(workspace: Workspace, box: Box, found: list[Detection]) -> float:
    """How much of the text's box lies on what must not be hidden: by the mask, or by the boxes if there is none."""
    import numpy
    from PIL import Image

    path = workspace.given_file(MASK)
    if path is None:
        return sum(one.box.intersection(box) for one in found) / box.area
    with Image.open(path) as mask:
        region = mask.convert("L").crop(box.pixels(*mask.size))
    return float(numpy.count_nonzero(numpy.asarray(region))) / max(region.width * region.height, 1)


def _measured(args: argparse.Namespace, layout: dict[str, Any], evaluations: dict[str, Any] | None) -> dict[str, Any]:
    if evaluations is None:
        unknown = dict.fromkeys(("on_brief", "occlusion", "contrast_ok", "cta_present"))
        return {**unknown, "issues": ["the text was set elsewhere, so nothing of it could be measured"]}
    hidden = evaluations["iou"]
    occlusion = max(hidden["max_iou"], hidden["forbidden_share"]) > args.max_forbidden_iou
    contrast_ok = evaluations["readability"]["level"] is not None
    wanted = " ".join((args.cta or "").split())
    cta_present = not wanted or layout.get("cta") == wanted
    complaints = (
        (occlusion, "the text hides something that was detected"),
        (not contrast_ok, "the contrast is below WCAG level AA"),
        (not cta_present, "the call to action is missing"),
    )
    return {
        "on_brief": None,
        "occlusion": occlusion,
        "contrast_ok": contrast_ok,
        "cta_present": cta_present,
        "issues": [complaint for wrong, complaint in complaints if wrong],
    }
