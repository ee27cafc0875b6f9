"""The commands, one module each. To add one, write the module and name it in `COMMANDS`."""

from commandline.program import Command
from storyteller.commands import probe, research, story

COMMANDS: dict[str, Command] = {"probe": probe, "research": research, "story": story}
