"""`storyteller probe`: behave exactly as told, so that whatever runs this program can be put to the test."""

import argparse
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

from commandline import progress
from commandline.exit_codes import CliError, ExitCode

HELP = "do nothing, exactly as told: take time, print, fail, leave files and processes"

ARTIFACT_NAME = "probe.bin"
LONGEST_SECONDS = 840
MOST_CHILDREN = 3
LARGEST_ARTIFACT = 10 * 2**20
CHILD_OUTLIVES_SECONDS = 60


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the options."""
    parser.add_argument("--seconds", type=float, default=0, metavar="S", help="how long to run (default 0)")
    parser.add_argument("--exit-code", type=int, default=0, metavar="N", help="what to exit with (default 0)")
    parser.add_argument(
        "--log",
        action="extend",
        nargs="*",
        default=[],
        metavar="LINE",
        help="lines to print, before the waiting",
    )
    parser.add_argument(
        "--children",
        type=int,
        default=0,
        metavar="N",
        help=f"processes to start and leave behind; they end {CHILD_OUTLIVES_SECONDS} s after this one",
    )
    parser.add_argument(
        "--artifact-bytes",
        type=int,
        default=0,
        metavar="N",
        help=f"size of {ARTIFACT_NAME}; 0 makes none (default)",
    )
    parser.add_argument("--progress-every", type=float, metavar="S", help="seconds between progress lines")
    parser.add_argument("--ignore-sigterm", action="store_true", help="end by SIGKILL only; the children too")
    parser.add_argument("--out", type=Path, required=True, metavar="DIR", help="where the artifact goes")


def run(args: argparse.Namespace) -> int:
    """The artifact and the log come first, so that a probe that is stopped or fails has something to show."""
    _validate(args)
    began = time.monotonic()
    if args.ignore_sigterm:
        signal.signal(signal.SIGTERM, signal.SIG_IGN)
    children = [_start_child(args.seconds) for _ in range(args.children)]
    if args.artifact_bytes:
        _write_artifact(args.out, args.artifact_bytes)
    for line in args.log:
        print(line, flush=True)
    _wait(began, args.seconds, args.progress_every)
    if args.exit_code in (ExitCode.DONE, ExitCode.NOTHING_NEW):
        progress.finish(
            {
                "seconds": round(time.monotonic() - began, 3),
                "children": [child.pid for child in children],
                "artifact_bytes": args.artifact_bytes,
            }
        )
    return int(args.exit_code)


def _validate(args: argparse.Namespace) -> None:
    bounds = (
        ("--seconds", args.seconds, 0, LONGEST_SECONDS),
        ("--exit-code", args.exit_code, 0, 255),
        ("--children", args.children, 0, MOST_CHILDREN),
        ("--artifact-bytes", args.artifact_bytes, 0, LARGEST_ARTIFACT),
        ("--progress-every", args.progress_every or 1, 0.1, LONGEST_SECONDS),
    )
    for option, value, least, most in bounds:
        if not least <= value <= most:
            raise CliError(ExitCode.INPUT_ERROR, f"{option} must be from {least} to {most}, not {value}")


def _start_child(seconds: float) -> subprocess.Popen[bytes]:
    child = subprocess.Popen([sys.executable, "-c", f"import time; time.sleep({seconds + CHILD_OUTLIVES_SECONDS})"])
    print(f"started child process {child.pid}", flush=True)
    return child


def _write_artifact(directory: Path, size: int) -> None:
    directory.mkdir(parents=True, exist_ok=True)
    unfinished = directory / f".{ARTIFACT_NAME}.part"
    unfinished.write_bytes(os.urandom(size))
    unfinished.replace(directory / ARTIFACT_NAME)


def _wait(began: float, seconds: float, every: float | None) -> None:
    """Until ``seconds`` after ``began``, with a progress line each ``every`` seconds."""
    ends = began + seconds
    line_at = began
    while (now := time.monotonic()) < ends:
        if every and now >= line_at:
            progress.report(int(100 * (now - began) / seconds), f"{now - began:.1f} of {seconds:g} seconds")
            line_at += every
        time.sleep(max(min(line_at if every else ends, ends) - time.monotonic(), 0))
    if every:
        progress.report(100, "done")
