"""The watch on memory."""

import os
import subprocess
import sys
import threading

from dockerless.lambda_runtime.memory import MemoryWatch, resident_bytes

# A process with a child that takes 50 MB and says so.
_FAMILY = (
    "import subprocess, sys; subprocess.run([sys.executable, '-c', "
    "'import sys; taken = bytearray(50 * 2**20); print(flush=True); sys.stdin.read()'])"
)


def test_a_failing_look_stops_no_other() -> None:
    watch, twice = MemoryWatch(), threading.Semaphore(0)

    def fail() -> None:
        raise PermissionError

    with watch.watching(fail), watch.watching(twice.release):
        assert all(twice.acquire(timeout=5) for _ in range(2))


def test_the_memory_of_descendants_counts_until_they_end() -> None:
    pipe = subprocess.PIPE
    with subprocess.Popen([sys.executable, "-c", _FAMILY], stdin=pipe, stdout=pipe) as top:
        assert top.stdout
        top.stdout.readline()
        assert resident_bytes(top.pid) > 50 * 2**20
    assert resident_bytes(top.pid) == 0
    assert resident_bytes(os.getpid()) > 0
