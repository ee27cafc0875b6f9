"""`adstudio img_gen`: take in the image, or draw one."""

import argparse
from typing import TYPE_CHECKING, Any

from adstudio.options import add_options
from adstudio.workspace import IMAGE, Workspace
from commandline import progress
from commandline.exit_codes import CliError, ExitCode

if TYPE_CHECKING:
    from PIL.Image import Image

HELP = "take in an image, or draw one for a prompt"
OPTIONS = ("image", "image-url", "allow-local-addresses", "prompt", "seed", "width", "height", "image-model")

PROCEDURAL = "procedural"
LEAST_SIDE, MOST_SIDE = 256, 2048
PROMPT_LONGEST = 1000


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the options."""
    add_options(parser, *OPTIONS)


def run(args: argparse.Namespace) -> int:
    """Leaves `image.png`."""
    workspace = Workspace(args)
    progress.report(0, "getting the image")
    image = workspace.taken_in()
    made: dict[str, Any] = {"generator": "given"}
    if image is None:
        _validate(args)
        image, made = _drawn(args)
    workspace.leave_image(IMAGE, image)
    return workspace.finish("img_gen", made | {"width": image.width, "height": image.height})


def _drawn(args: argparse.Namespace) -> "tuple[Image, dict[str, Any]]":
    """The image, and who drew it, at what cost."""
    if args.image_model == PROCEDURAL:
        from adstudio.images import scene

        return scene.draw(args.prompt, args.seed, args.width, args.height), {"generator": PROCEDURAL}
    from adstudio.drawing import ask

    image, usage = ask(args.image_model, args.prompt, args.seed, (args.width, args.height))
    return image, {"generator": args.image_model, "usage": usage}


def _validate(args: argparse.Namespace) -> None:
    if not (args.prompt or "").strip():
        raise CliError(ExitCode.INPUT_ERROR, "one of --prompt, --image and --image-url is needed")
    if len(args.prompt) > PROMPT_LONGEST:
        raise CliError(ExitCode.INPUT_ERROR, f"--prompt must have at most {PROMPT_LONGEST} characters")
    if args.seed < 0:
        raise CliError(ExitCode.INPUT_ERROR, "--seed must not be negative")
    if not all(LEAST_SIDE <= side <= MOST_SIDE for side in (args.width, args.height)):
        raise CliError(ExitCode.INPUT_ERROR, f"--width and --height must be from {LEAST_SIDE} to {MOST_SIDE}")
