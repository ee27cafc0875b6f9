"""`adstudio run`: all stages, one after another, in one folder."""

import argparse

from adstudio.options import OPTIONS as ALL_OPTIONS
from adstudio.options import add_options

HELP = "run all stages"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the options of all stages."""
    add_options(parser, *ALL_OPTIONS)


def run(args: argparse.Namespace) -> int:
    """Each stage finds in `--out` what those before it left there, and nothing older."""
    from adstudio.stages import STAGES
    from adstudio.workspace import AD, IMAGE, MASK

    args.given = None
    for name in (IMAGE, MASK, AD, *(f"{stage}.json" for stage in STAGES)):
        (args.out / name).unlink(missing_ok=True)
    for stage in STAGES.values():
        stage.run(args)
    return 0
