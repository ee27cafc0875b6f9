"""What the program's exit code tells a script."""

from enum import IntEnum


class ExitCode(IntEnum):
    DONE = 0
    FAILED = 1
    """A job that was waited for FAILED, or not all of what was asked for could be done."""
    USAGE = 2
    """The command line, or a file named on it, cannot be understood."""
    REFUSED = 3
    """The API refused: a value is invalid, or the job's state forbids it."""
    NOT_FOUND = 4
    NOT_ALLOWED = 5
    """There is no API key, or it is not enough."""
    UNAVAILABLE = 6
    """The API could not be reached, or has too much to do; trying again may help."""
    CANCELLED = 7
    """A job that was waited for was CANCELLED."""
    SKIPPED = 8
    """A job that was waited for had nothing new to make."""
    INTERRUPTED = 130


BY_STATUS = {
    "COMPLETED": ExitCode.DONE,
    "FAILED": ExitCode.FAILED,
    "CANCELLED": ExitCode.CANCELLED,
    "SKIPPED": ExitCode.SKIPPED,
}
"""How a job ended; jobs with other statuses have not."""
