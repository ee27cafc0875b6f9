"""The memory limit: a watch on what is used; an address-space limit would count what is only reserved."""

import contextlib
import logging
import resource
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path

LOG = logging.getLogger(__name__)
_INTERVAL_SECONDS = 0.2
_PAGE_BYTES = resource.getpagesize()


class MemoryWatch:
    """Has the environments that are working look at their memory a few times a second."""

    def __init__(self) -> None:
        self._checks: set[Callable[[], None]] = set()
        self._changed = threading.Condition()
        self._started = False

    @contextlib.contextmanager
    def watching(self, check: Callable[[], None]) -> Iterator[None]:
        """Call ``check`` at intervals during the block, from another thread."""
        with self._changed:
            self._checks.add(check)
            if not self._started:
                self._started = True
                threading.Thread(target=self._run, name="lambda-memory", daemon=True).start()
            self._changed.notify()
        try:
            yield
        finally:
            with self._changed:
                self._checks.discard(check)

    def _run(self) -> None:
        while True:
            with self._changed:
                self._changed.wait_for(lambda: self._checks)
            time.sleep(_INTERVAL_SECONDS)  # most invocations are over before the first look
            with self._changed:
                checks = list(self._checks)
            for check in checks:
                try:
                    check()
                except Exception:
                    # Without this thread no function would have a limit any more.
                    LOG.exception("a look at a function's memory failed")


def resident_bytes(pid: int) -> int:
    """Return the resident memory of the process and its descendants; shared pages count once for each."""
    total = 0
    family = [pid]
    for member in family:  # grows meanwhile
        with contextlib.suppress(OSError):  # it has ended
            total += int(Path(f"/proc/{member}/statm").read_text().split()[1]) * _PAGE_BYTES
            family += children_of(member)
    return total


def children_of(pid: int) -> list[int]:
    """Return the children that the kernel lists for the process.

    To look for them among all processes takes milliseconds, for each function that works and each look.

    Raises:
        OSError: the process has ended.
    """
    found: list[int] = []
    for thread in Path(f"/proc/{pid}/task").iterdir():
        with contextlib.suppress(OSError):
            found += map(int, (thread / "children").read_text().split())
    return found
