"""`adstudio vlm_analyze`: judge whether the image is fit for the ad."""

import argparse
from typing import TYPE_CHECKING, Any

from adstudio.options import add_options
from adstudio.workspace import Workspace
from commandline import progress
from commandline.models import OFFLINE

if TYPE_CHECKING:
    from adstudio.images.measure import Measures

HELP = "judge whether the image is fit for the ad"
OPTIONS = ("image", "image-url", "allow-local-addresses", "text", "prompt", "model")

HEURISTIC = "heuristic"
_DIM = 0.4
"""Mean brightness below which the image asks for light letters, and for the quieter font."""

QUESTION = (
    "This image is to carry the advertising text of the brief. Say whether it is a usable image at all (is_valid), "
    "whether its quality is good enough (image_quality_ok), how well it fits the brief from 0 to 1 (relevance_score), "
    "what is wrong with it (issues), what to do about that (recommendations), and in which font style, size and colour "
    "the text should be set (font)."
)


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the options."""
    add_options(parser, *OPTIONS)


def run(args: argparse.Namespace) -> int:
    """Leaves `image.png` if no stage before has."""
    from adstudio.images.measure import measure

    workspace = Workspace(args)
    image = workspace.image()
    progress.report(20, "looking at the image")
    measures = measure(image)
    if args.model == OFFLINE:
        judged = _judged(measures)
    else:
        from adstudio.vision import Analysis, ask

        brief = {"text": args.text, "prompt": args.prompt}
        said, usage = ask(args.model, "vlm_analyze", image, QUESTION, brief, Analysis)
        judged = {"analyzer": args.model, **said.model_dump(), "usage": usage}
    return workspace.finish("vlm_analyze", judged | {"measures": measures.as_dict()})


def _judged(measures: "Measures") -> dict[str, Any]:
    """What can be said without a model: nothing of what the image shows."""
    from adstudio.images.measure import hexadecimal, issues
    from adstudio.text.colours import INK, PAPER

    found = issues(measures)
    dim = measures.exposure < _DIM
    return {
        "analyzer": HEURISTIC,
        "is_valid": True,
        "image_quality_ok": not found,
        "relevance_score": None,
        "issues": [issue for issue, _ in found],
        "recommendations": [advice for _, advice in found],
        "font": {
            "style": "serif" if dim else "sans",
            "size": "large",
            "colour": hexadecimal(PAPER if dim else INK),
        },
    }
