"""The watch on memory."""

import threading

from dockerless.lambda_runtime.memory import MemoryWatch


def test_a_failing_look_stops_no_other() -> None:
    watch, twice = MemoryWatch(), threading.Semaphore(0)

    def fail() -> None:
        raise PermissionError

    with watch.watching(fail), watch.watching(twice.release):
        assert all(twice.acquire(timeout=5) for _ in range(2))
