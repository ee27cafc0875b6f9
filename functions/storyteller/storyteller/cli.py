"""The storyteller's command line."""

from collections.abc import Sequence

from commandline.program import run_program
from storyteller.commands import COMMANDS

DESCRIPTION = "Write quiet horror stories; a program with no AWS in it."


def main(argv: Sequence[str] | None = None) -> int:
    """Run one command and return its exit code."""
    return run_program("storyteller", DESCRIPTION, COMMANDS, argv)
