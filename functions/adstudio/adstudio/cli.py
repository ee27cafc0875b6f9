"""The ad studio's command line."""

from collections.abc import Sequence

from adstudio.stages import COMMANDS
from commandline.program import run_program

DESCRIPTION = "Put a text on an image where it hides nothing and can be read; a program with no AWS in it."


def main(argv: Sequence[str] | None = None) -> int:
    """Run one command and return its exit code."""
    return run_program("adstudio", DESCRIPTION, COMMANDS, argv)
