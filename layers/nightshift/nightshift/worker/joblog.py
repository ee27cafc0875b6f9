"""Writes a step's log: to CloudWatch as structured lines, to the bucket in chunks that become one object."""

import json
import sys
import threading
from collections import deque
from collections.abc import Mapping
from datetime import datetime
from typing import TYPE_CHECKING

from botocore.exceptions import BotoCoreError, ClientError

from nightshift.clock import now, rfc3339
from nightshift.logs import chunk_key, final_key

if TYPE_CHECKING:
    from mypy_boto3_s3 import S3Client

MAX_BYTES = 10 * 2**20
_LINE_COST = 100  # what a line costs beside its bytes: each becomes a record in CloudWatch
_END_CHARACTERS = 65_536
_DELETE_AT_ONCE = 1000


class JobLog:
    """The log of one worker invocation.

    Kept whole in memory, because at the end it is written whole; so only its first ``max_bytes`` are kept (a
    line counts its own and ``_LINE_COST``), then its last lines behind a notice of how many were left out.
    ``add`` never blocks on the network.
    """

    def __init__(
        self,
        s3: "S3Client",
        bucket: str,
        run_prefix: str,
        segment: str,
        context: Mapping[str, object],
        max_bytes: int = MAX_BYTES,
    ) -> None:
        self._s3 = s3
        self._bucket = bucket
        self._run_prefix = run_prefix
        self._segment = segment
        self._context = context
        self._max_bytes = max_bytes
        self._lines = threading.Lock()  # guards what `add` touches
        self._shipping = threading.Lock()  # one shipment at a time
        self._waiting: list[tuple[datetime, str]] = []
        self._end: deque[str] = deque()
        self._end_size = 0
        self._size = 0
        self._dropped = 0
        self._whole = bytearray()
        self._shipped = 0
        self._chunks = 0

    def add(self, line: str) -> None:
        """One line, without its line feed."""
        size = len(line.encode("utf-8", errors="replace")) + _LINE_COST
        with self._lines:
            self._end.append(line)
            self._end_size += len(line) + 1
            while self._end_size > _END_CHARACTERS and len(self._end) > 1:
                self._end_size -= len(self._end.popleft()) + 1
            if self._dropped or self._size + size > self._max_bytes:
                self._dropped += 1
            else:
                self._size += size
                self._waiting.append((now(), line))

    def end_lines(self) -> list[str]:
        """The last lines, at least as many as an error message needs."""
        with self._lines:
            return list(self._end)

    def tail(self, characters: int) -> str:
        """The last characters of the log."""
        return "\n".join(self.end_lines())[-characters:].strip()

    def ship(self) -> None:
        """Publishes what was added since the last time. What S3 refuses is shipped with the next chunk."""
        with self._shipping:
            self._collect()
            if self._shipped < len(self._whole):
                body = bytes(self._whole[self._shipped :])
                key = chunk_key(self._run_prefix, self._segment, self._chunks)
                self._s3.put_object(Bucket=self._bucket, Key=key, Body=body, ContentType="text/plain; charset=utf-8")
                self._shipped += len(body)
                self._chunks += 1

    def finish(self) -> None:
        """Replaces the chunks by one object. If S3 fails the chunks remain, and they are readable."""
        self._close_gap()
        with self._shipping:
            self._collect()
            try:
                self._s3.put_object(
                    Bucket=self._bucket,
                    Key=final_key(self._run_prefix, self._segment),
                    Body=bytes(self._whole),
                    ContentType="text/plain; charset=utf-8",
                )
                self._delete_chunks()
            except (BotoCoreError, ClientError) as error:
                self._print([(now(), f"The log could not be stored whole: {error}")], level="ERROR")

    def _close_gap(self) -> None:
        with self._lines:
            if not self._dropped:
                return
            last = list(self._end)[-self._dropped :]
            left_out = self._dropped - len(last)
            notice = f"[{left_out} lines left out: the log was too long]"
            self._waiting += [(now(), line) for line in (notice, *last)]
            self._dropped = 0

    def _collect(self) -> None:
        with self._lines:
            lines, self._waiting = self._waiting, []
        if lines:
            self._whole += "".join(f"{line}\n" for _, line in lines).encode("utf-8", errors="replace")
            self._print(lines)

    def _print(self, lines: list[tuple[datetime, str]], level: str = "INFO") -> None:
        records = ({"level": level, "message": line, "timestamp": rfc3339(at), **self._context} for at, line in lines)
        sys.stdout.write("".join(json.dumps(record) + "\n" for record in records))
        sys.stdout.flush()

    def _delete_chunks(self) -> None:
        keys = [chunk_key(self._run_prefix, self._segment, number) for number in range(self._chunks)]
        for start in range(0, len(keys), _DELETE_AT_ONCE):
            self._s3.delete_objects(
                Bucket=self._bucket,
                Delete={
                    "Objects": [{"Key": key} for key in keys[start : start + _DELETE_AT_ONCE]],
                    "Quiet": True,
                },
            )
