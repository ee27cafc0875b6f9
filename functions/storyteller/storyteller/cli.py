"""Entry point of every command: arguments in, exit code out."""

import argparse
import errno
import io
import signal
import sys
from collections.abc import Sequence
from types import FrameType
from typing import NoReturn

from storyteller.commands import COMMANDS
from storyteller.exit_codes import CliError, ExitCode, OutOfTime, Terminated

# Reasons of the file system, not of the request.
DISK_ERRORS = {errno.ENOSPC, errno.EDQUOT, errno.EFBIG, errno.EIO, errno.EROFS}


class Parser(argparse.ArgumentParser):
    """Argument parser whose refusals exit 1 (argparse's own 2 means "provider unreachable" here)."""

    def error(self, message: str) -> NoReturn:
        raise CliError(ExitCode.INPUT_ERROR, message)


def build_parser() -> argparse.ArgumentParser:
    """The parser with one subcommand per entry of `COMMANDS`."""
    parser = Parser(prog="storyteller", description="Write quiet horror stories; a program with no AWS in it.")
    subparsers = parser.add_subparsers(dest="command", required=True, metavar="COMMAND")
    for name, command in COMMANDS.items():
        subparser = subparsers.add_parser(name, help=command.HELP, description=command.HELP)
        command.add_arguments(subparser)
        subparser.set_defaults(run=command.run)
    return parser


def main(argv: Sequence[str] | None = None) -> int:
    """Run one command and return its exit code."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):  # Korean must print under LANG=C too
            stream.reconfigure(encoding="utf-8", errors="backslashreplace")
    previous = signal.signal(signal.SIGTERM, _terminate)
    try:
        args = build_parser().parse_args(argv)
        return int(args.run(args))
    except Terminated:
        print("storyteller: terminated", file=sys.stderr)
        return ExitCode.TERMINATED
    except OutOfTime as error:
        print(f"storyteller: {error}", file=sys.stderr)
        return ExitCode.TIMEOUT
    except CliError as error:
        print(f"storyteller: {error}", file=sys.stderr)
        return error.code
    except OSError as error:
        print(f"storyteller: {error}", file=sys.stderr)
        return ExitCode.DISK if error.errno in DISK_ERRORS else ExitCode.INPUT_ERROR
    finally:
        signal.signal(signal.SIGTERM, previous)
        sys.stdout.flush()
        sys.stderr.flush()


def _terminate(_signal: int, _frame: FrameType | None) -> NoReturn:
    # A second SIGTERM must not interrupt the cleaning up after the first.
    signal.signal(signal.SIGTERM, signal.SIG_IGN)
    raise Terminated
