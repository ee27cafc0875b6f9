"""The standard output of a function's processes, collected for the log."""

import contextlib
import os
import threading
from typing import IO

_CHUNK = 65536


class ProcessOutput:
    """Collects what arrives in a pipe.

    The runtime client writes a function's prints before it posts the response, so everything that belongs
    to an invocation is in the pipe when the response arrives: emptying the pipe is enough, nothing has to
    be waited for.
    """

    def __init__(self, fd: int) -> None:
        os.set_blocking(fd, False)
        self.fd = fd
        self._lock = threading.Lock()
        self._collected = bytearray()
        self._open = True

    def read_available(self) -> bool:
        """Collect what the pipe holds; return False when the writers have closed it."""
        with self._lock:
            return self._open and self._drain()

    def take(self) -> str:
        """Return and forget everything written so far."""
        with self._lock:
            if self._open:
                self._drain()
            text = self._collected.decode(errors="replace")
            self._collected.clear()
            return text

    def close(self, pipe: IO[bytes]) -> None:
        """Stop reading and close the pipe; what was collected can still be taken."""
        with self._lock:
            self._open = False
            pipe.close()

    def _drain(self) -> bool:
        with contextlib.suppress(BlockingIOError):
            while chunk := os.read(self.fd, _CHUNK):
                self._collected += chunk
            return False
        return True
