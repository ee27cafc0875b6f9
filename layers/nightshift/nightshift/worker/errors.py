"""How a step fails. The class names are the error names that the state machines catch."""

from typing import ClassVar


class StepError(Exception):
    """A step that did not succeed; its text is the end of the log. ``code`` is the job's ``error.code``."""

    code: ClassVar[str]


class InputError(StepError):
    """The program, or the runner before it, could not accept the params. Trying again would not help."""

    code = "input"


class ProviderUnreachable(StepError):
    """The model provider did not answer."""

    code = "provider"


class ProviderError(StepError):
    """The model provider answered with something that is of no use."""

    code = "provider"


class CliTimeout(StepError):
    """The program gave up waiting (exit 4), or was stopped at its deadline."""

    code = "timeout"


class DiskError(StepError):
    """The disk is full or cannot be written."""

    code = "disk"


class CliCrash(StepError):
    """The program died of a signal, of an uncaught exception, or with an exit code that means nothing."""

    code = "crash"


class Cancelled(StepError):
    """The program was stopped because somebody cancelled the job."""

    code = "cancelled"


class Fenced(StepError):
    """The run is no longer the job's live run: nothing of it may be written any more."""

    code = "lost"
