"""Judges how a program ended: by its exit code first, then by an uncaught traceback at the end of its log."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

from nightshift.worker.errors import (
    Cancelled,
    CliCrash,
    CliTimeout,
    DiskError,
    Fenced,
    InputError,
    ProviderError,
    ProviderUnreachable,
    StepError,
)

EXIT_DONE = 0
EXIT_INPUT = 1
EXIT_NOTHING_NEW = 6
EXIT_TERMINATED = 143


class Stop(StrEnum):
    """Why the runner ended a program that had not ended by itself."""

    TIMEOUT = "timeout"
    CANCELLED = "cancelled"
    FENCED = "fenced"


@dataclass(frozen=True, slots=True)
class Ended:
    """The end of a program. ``exit_code`` is 128 + n after signal n, as a shell reports it."""

    exit_code: int
    signal: int | None = None
    stopped: Stop | None = None


_STOPPED: dict[Stop, type[StepError]] = {
    Stop.TIMEOUT: CliTimeout,
    Stop.CANCELLED: Cancelled,
    Stop.FENCED: Fenced,
}
_EXITED: dict[int, type[StepError]] = {
    EXIT_INPUT: InputError,
    2: ProviderUnreachable,
    3: ProviderError,
    4: CliTimeout,
    5: DiskError,
}
_HEADER = re.compile(r"^[\s|+]*(Exception Group )?Traceback \(most recent call last\):$")
_EXCEPTION = re.compile(r"^[A-Za-z_][\w.]*(:.*)?$")


def failure(ended: Ended, log_end: Sequence[str]) -> type[StepError] | None:
    """The kind of failure, or None for success (exit 0) and for nothing new (exit 6)."""
    if ended.stopped:
        return _STOPPED[ended.stopped]
    if ended.signal is not None:
        return CliCrash
    if ended.exit_code in (EXIT_DONE, EXIT_NOTHING_NEW, EXIT_INPUT) and ends_in_traceback(log_end):
        # Python itself exits with 1 after an uncaught exception: that is a crash, not refused input.
        return CliCrash
    if ended.exit_code in (EXIT_DONE, EXIT_NOTHING_NEW):
        return None
    return _EXITED.get(ended.exit_code, CliCrash)


def ends_in_traceback(lines: Sequence[str]) -> bool:
    """Whether a Python traceback is the last thing in the log.

    What follows the header must be indented frames, then at most one line that names the exception, then
    nothing but indented lines. A traceback that the program logged before it went on does not count.
    """
    start = next((n for n in range(len(lines) - 1, -1, -1) if _HEADER.match(lines[n])), None)
    if start is None:
        return False
    outermost = [line for line in lines[start + 1 :] if line.strip() and not line[0].isspace()]
    return not outermost or (len(outermost) == 1 and bool(_EXCEPTION.match(outermost[0])))
