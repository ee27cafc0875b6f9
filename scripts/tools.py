"""Runs other programs: their output goes to a log file, and a failure becomes a sentence."""

import shlex
import subprocess
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path

import httpx
from botocore.exceptions import BotoCoreError, ClientError

from scripts.workspace import LOGS, ROOT

LOOK_SECONDS = 0.5


class Failed(Exception):
    """A step failed; the message tells the user why and what to look at."""


def run(
    name: str,
    command: Sequence[str | Path],
    *,
    timeout: float,
    env: Mapping[str, str] | None = None,
    futile: Callable[[], str | None] = lambda: None,
) -> str:
    """Runs ``command`` in the clone and returns what it printed, which is also kept in .local/logs/NAME.log.

    Args:
        timeout: Seconds after which the program is killed.
        futile: Asked twice a second why there is no use in waiting any longer; the program is then killed.

    Raises:
        Failed: It exited with another status than 0, ran out of time, or was futile.
    """
    words = [str(word) for word in command]
    log = LOGS / f"{name}.log"
    log.parent.mkdir(parents=True, exist_ok=True)
    with log.open("w") as out:
        out.write(f"$ {shlex.join(words)}\n")
        out.flush()
        with subprocess.Popen(words, cwd=ROOT, env=env, stdin=subprocess.DEVNULL, stdout=out, stderr=out) as process:
            try:
                status = _wait(process, timeout, futile)
            except Failed as failure:
                raise Failed(f"{name} {failure}; its output: {_shown(log)}") from None
            finally:
                process.kill()  # nothing happens if it ended
    text = log.read_text(errors="replace")
    if status != 0:
        raise Failed(f"{name} failed; its output is in {_shown(log)} and ends:\n{_tail(text)}")
    return text


def _wait(process: subprocess.Popen[bytes], timeout: float, futile: Callable[[], str | None]) -> int:
    deadline = time.monotonic() + timeout
    while time.monotonic() < deadline:
        with suppress(subprocess.TimeoutExpired):
            return process.wait(min(LOOK_SECONDS, timeout))
        if reason := futile():
            raise Failed(f"was stopped: {reason}")
    raise Failed(f"did not end within {timeout:.0f} s")


@contextmanager
def explained(command: str) -> Iterator[None]:
    """Ends the program with a sentence instead of a stack trace when a step or the emulator fails it."""
    try:
        yield
    except (Failed, BotoCoreError, ClientError, httpx.HTTPError) as error:
        raise SystemExit(f"{command}: {error}") from None


@contextmanager
def step(action: str, what: str) -> Iterator[None]:
    """Prints one line when the step is done: what was done and how long it took."""
    started = time.monotonic()
    yield
    print(f"  {action:<11} {what} ({time.monotonic() - started:.1f} s)", flush=True)


def _shown(path: Path) -> str:
    return str(path.relative_to(ROOT))


def _tail(text: str, lines: int = 15) -> str:
    return "\n".join(f"    {line}" for line in text.rstrip().splitlines()[-lines:])
