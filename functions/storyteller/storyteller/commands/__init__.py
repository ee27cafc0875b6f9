"""The commands, one module each. To add one, write the module and name it in `COMMANDS`.

Heavy imports belong inside `run`, so that `--help` stays fast.
"""

import argparse
from typing import Protocol

from storyteller.commands import probe, research, story


class Command(Protocol):
    """What a command's module offers."""

    HELP: str

    def add_arguments(self, parser: argparse.ArgumentParser) -> None:
        """Declare the command's options."""

    def run(self, args: argparse.Namespace) -> int:
        """Do the work and return an exit code; raise CliError for a failure with a sentence."""


COMMANDS: dict[str, Command] = {"probe": probe, "research": research, "story": story}
