"""Language models, as the commands use them: by name, with their failures as exit codes and their cost counted."""

import signal
from collections.abc import Iterator
from contextlib import contextmanager
from types import FrameType
from typing import TYPE_CHECKING, Any, NoReturn

from storyteller.exit_codes import CliError, ExitCode, OutOfTime

if TYPE_CHECKING:
    from llm.client import Client
    from llm.usage import Ledger

OFFLINE = "offline"
REQUEST_SECONDS = 120.0


class Author:
    """Who writes: a model, or, with no ``client``, the offline generators."""

    def __init__(self, name: str, timeout: float | None = None) -> None:
        """Raises CliError if there can be no such model. Only one that is not offline is worth the imports."""
        self.name = name
        self.provider = name.partition(":")[0]
        self.client: Client | None
        self._ledger: Ledger | None
        self.client, self._ledger = (None, None) if name == OFFLINE else _opened(name, timeout)

    @property
    def made_by(self) -> dict[str, str]:
        """What metadata say of the author."""
        return {"model": self.name, "provider": self.provider, "generator": self.name if self.client else OFFLINE}

    @property
    def usage(self) -> list[dict[str, Any]]:
        """What was spent so far, for the result summary."""
        return self._ledger.as_list() if self._ledger else []


def _opened(name: str, timeout: float | None) -> "tuple[Client, Ledger]":
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
