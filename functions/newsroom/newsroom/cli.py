"""The newsroom's command line."""

from collections.abc import Sequence

from commandline.program import Command, run_program
from newsroom.commands import article

DESCRIPTION = "Rewrite a source for readers of a level; a program with no AWS in it."
COMMANDS: dict[str, Command] = {"article": article}


def main(argv: Sequence[str] | None = None) -> int:
    """Run one command and return its exit code."""
    return run_program("newsroom", DESCRIPTION, COMMANDS, argv)
