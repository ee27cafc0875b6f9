"""Entry point of a program of several commands: arguments in, exit code out."""

import argparse
import errno
import io
import signal
import sys
from collections.abc import Mapping, Sequence
from types import FrameType
from typing import NoReturn, Protocol

from commandline.exit_codes import CliError, ExitCode, OutOfTime, Terminated

# Reasons of the file system, not of the request.
DISK_ERRORS = {errno.ENOSPC, errno.EDQUOT, errno.EFBIG, errno.EIO, errno.EROFS}


class Parser(argparse.ArgumentParser):
    """Argument parser whose refusals exit 1 (argparse's own 2 means "provider unreachable" here)."""

    def error(self, message: str) -> NoReturn:
        raise CliError(ExitCode.INPUT_ERROR, message)


class Command(Protocol):
    """What a command's module offers. Heavy imports belong inside `run`, so that `--help` stays fast."""

    HELP: str

    def add_arguments(self, parser: argparse.ArgumentParser) -> None:
        """Declare the command's options."""

    def run(self, args: argparse.Namespace) -> int:
        """Do the work and return an exit code; raise CliError for a failure with a sentence."""


def run_program(name: str, description: str, commands: Mapping[str, Command], argv: Sequence[str] | None = None) -> int:
    """Run one command of the program and return its exit code."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):  # Korean must print under LANG=C too
            stream.reconfigure(encoding="utf-8", errors="backslashreplace")
    previous = signal.signal(signal.SIGTERM, _terminate)
    try:
        args = _parser(name, description, commands).parse_args(argv)
        return int(args.run(args))
    except Terminated:
        print(f"{name}: terminated", file=sys.stderr)
        return ExitCode.TERMINATED
    except OutOfTime as error:
        print(f"{name}: {error}", file=sys.stderr)
        return ExitCode.TIMEOUT
    except CliError as error:
        print(f"{name}: {error}", file=sys.stderr)
        return error.code
    except OSError as error:
        print(f"{name}: {error}", file=sys.stderr)
        return ExitCode.DISK if error.errno in DISK_ERRORS else ExitCode.INPUT_ERROR
    finally:
        signal.signal(signal.SIGTERM, previous)
        sys.stdout.flush()
        sys.stderr.flush()


def _parser(name: str, description: str, commands: Mapping[str, Command]) -> Parser:
    parser = Parser(prog=name, description=description)
    subparsers = parser.add_subparsers(dest="command", required=True, metavar="COMMAND")
    for command_name, command in commands.items():
        subparser = subparsers.add_parser(command_name, help=command.HELP, description=command.HELP)
        command.add_arguments(subparser)
        subparser.set_defaults(run=command.run)
    return parser


def _terminate(_signal: int, _frame: FrameType | None) -> NoReturn:
    # A second SIGTERM must not interrupt the cleaning up after the first.
    signal.signal(signal.SIGTERM, signal.SIG_IGN)
    raise Terminated
