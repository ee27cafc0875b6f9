"""Takes a program's two output streams apart: log lines, progress lines, and the summary at the end."""

import json
from collections.abc import Callable
from dataclasses import dataclass
from math import isfinite
from typing import Any

from nightshift.worker.process import Stream

MAX_LINE_BYTES = 262_144
_MAX_MESSAGE = 200


@dataclass(frozen=True, slots=True)
class Progress:
    """``percent`` is 0-100 of this invocation."""

    percent: float
    message: str


class Output:
    """Both streams become one log, line by line in order of arrival.

    Lines longer than ``MAX_LINE_BYTES`` are cut into several, so that memory stays bounded. Bytes that are
    not UTF-8 are replaced. Progress lines (JSON on stderr) are kept out of the log.
    """

    def __init__(self, log: Callable[[str], None]) -> None:
        self._log = log
        self._partial = {Stream.STDOUT: b"", Stream.STDERR: b""}
        self.progress: Progress | None = None
        self.last_stdout_line = ""

    def feed(self, stream: Stream, data: bytes) -> None:
        """Bytes as they were read."""
        *lines, rest = (self._partial[stream] + data).split(b"\n")
        while len(rest) > MAX_LINE_BYTES:
            lines.append(rest[:MAX_LINE_BYTES])
            rest = rest[MAX_LINE_BYTES:]
        self._partial[stream] = rest
        for line in lines:
            self._take(stream, line)

    def close(self) -> None:
        """The streams have ended; what is left is a line without its line feed."""
        for stream, rest in self._partial.items():
            if rest:
                self._take(stream, rest)
        self._partial = {Stream.STDOUT: b"", Stream.STDERR: b""}

    def _take(self, stream: Stream, raw: bytes) -> None:
        line = raw.decode("utf-8", errors="replace").rstrip("\r")
        if stream is Stream.STDERR:
            progress = _progress(line)
            if progress:
                self.progress = progress
                return
        elif line.strip():
            self.last_stdout_line = line
        self._log(line)


def _progress(line: str) -> Progress | None:
    if not line.startswith("{"):
        return None
    try:
        content: Any = json.loads(line, parse_int=float)
    except (ValueError, RecursionError):
        return None
    percent = content.get("progress")
    if not isinstance(percent, float) or not isfinite(percent):
        return None
    message = str(content.get("message", ""))[:_MAX_MESSAGE]
    # JSON can spell half a character, which the table would refuse.
    return Progress(min(max(percent, 0.0), 100.0), message.encode("utf-8", errors="replace").decode())
