"""What counts as an uncaught traceback, and what an ending means."""

import pytest

from nightshift.worker.errors import CliCrash, DiskError, InputError
from nightshift.worker.outcome import Ended, ends_in_traceback, failure

TRACEBACK = """\
Traceback (most recent call last):
  File "x.py", line 1, in <module>
    1 / 0
    ~~^~~
ZeroDivisionError: division by zero"""
CHAINED = f"{TRACEBACK}\n\nDuring handling of the above exception, another exception occurred:\n\n{TRACEBACK}"
GROUP = """\
  + Exception Group Traceback (most recent call last):
  |   File "x.py", line 1, in <module>
  |     raise ExceptionGroup("two", [ValueError(), KeyError()])
  | ExceptionGroup: two (2 sub-exceptions)
  +-+---------------- 1 ----------------
    | ValueError
    +---------------- 2 ----------------
    | KeyError
    +------------------------------------"""


@pytest.mark.parametrize(
    "log",
    [
        TRACEBACK,
        f"working\n{TRACEBACK}\n\n",
        CHAINED,
        GROUP,
        TRACEBACK.rpartition("\n")[0],
        TRACEBACK.replace("ZeroDivisionError: division by zero", "KeyboardInterrupt"),
        TRACEBACK.replace("ZeroDivisionError: division by zero", "a.b.Error: text\n  more of it"),
    ],
    ids=["plain", "after output", "chained", "group", "cut off", "without text", "indented text"],
)
def test_uncaught(log: str) -> None:
    assert ends_in_traceback(log.split("\n"))


@pytest.mark.parametrize(
    "log",
    [
        "",
        "Error",
        "ValueError: a story about an error",
        "He read: Traceback (most recent call last):",
        f"{TRACEBACK}\nbut then it worked",
        f"{TRACEBACK}\n" + '{"made": 1}',
    ],
)
def test_not_uncaught(log: str) -> None:
    assert not ends_in_traceback(log.split("\n"))


def test_the_exit_code_comes_first() -> None:
    lines = TRACEBACK.split("\n")
    assert failure(Ended(5), lines) is DiskError
    assert failure(Ended(1), lines) is CliCrash
    assert failure(Ended(1), ["no such topic"]) is InputError
    assert failure(Ended(0), lines) is CliCrash
    assert failure(Ended(6), ["Error: everywhere an Error"]) is None
