"""What a command's exit code says, and the exceptions that choose one."""

from enum import IntEnum


class ExitCode(IntEnum):
    """Exit codes shared by every command."""

    DONE = 0
    INPUT_ERROR = 1
    PROVIDER_UNREACHABLE = 2
    PROVIDER_ERROR = 3
    TIMEOUT = 4
    DISK = 5
    NOTHING_NEW = 6
    TERMINATED = 143  # 128 + SIGTERM, as a shell reports it


class CliError(Exception):
    """Ends a command with `code` and one sentence for the person who ran it."""

    def __init__(self, code: ExitCode, sentence: str) -> None:
        super().__init__(sentence)
        self.code = code


class Terminated(BaseException):
    """SIGTERM arrived.

    Not an `Exception`, so that no handler for ordinary errors swallows it on its way up to the command line.
    """


class OutOfTime(BaseException):
    """The time that the command was given is over; like `Terminated` it passes every handler on its way up."""

    def __init__(self, seconds: float) -> None:
        super().__init__(f"not done within {seconds:g} s")
