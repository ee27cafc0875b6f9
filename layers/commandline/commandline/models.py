"""Models, as the commands ask them: their failures as exit codes, their cost counted, their time bounded."""

import signal
from collections.abc import Iterator
from contextlib import contextmanager
from types import FrameType
from typing import TYPE_CHECKING, NoReturn

from commandline.exit_codes import CliError, ExitCode, OutOfTime

if TYPE_CHECKING:
    from llm.client import Client
    from llm.usage import Ledger

OFFLINE = "offline"
REQUEST_SECONDS = 120.0


def open_model(name: str, timeout: float | None) -> "tuple[Client, Ledger]":
    """The model of that name, and the ledger of what it costs; raises CliError if there can be none."""
    from llm.client import Client
    from llm.names import ModelName
    from llm.usage import Ledger

    ledger = Ledger()
    with provider_errors():
        return Client(ModelName.parse(name), ledger, min(timeout or REQUEST_SECONDS, REQUEST_SECONDS)), ledger


@contextmanager
def provider_errors() -> Iterator[None]:
    """Turns a model's failures into exit codes."""
    from llm.errors import ModelError, ModelTimeoutError, UnknownModelError, UnreachableError

    try:
        yield
    except UnknownModelError as error:
        raise CliError(ExitCode.INPUT_ERROR, str(error)) from error
    except UnreachableError as error:
        raise CliError(ExitCode.PROVIDER_UNREACHABLE, str(error)) from error
    except ModelTimeoutError as error:
        raise CliError(ExitCode.TIMEOUT, str(error)) from error
    except ModelError as error:
        raise CliError(ExitCode.PROVIDER_ERROR, str(error)) from error


@contextmanager
def time_limit(seconds: float | None) -> Iterator[None]:
    """Raises OutOfTime in the main thread after that long, whatever it is waiting for; None sets no limit."""
    if seconds is None:
        yield
        return

    def over(_signal: int, _frame: FrameType | None) -> NoReturn:
        raise OutOfTime(seconds)

    previous = signal.signal(signal.SIGALRM, over)
    signal.setitimer(signal.ITIMER_REAL, seconds)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, previous)
