"""Job logs in the bucket: how their keys are named, and how a page of lines is read.

Each worker invocation writes one segment, named by its start, step and iteration, so that names sort by time.
While it runs the segment is a series of chunks, ``<segment>/<number>``; at its end it is one object,
``<segment>.log``, with the same bytes, and the chunks go. A place in a log is therefore a segment and a byte
offset in it, and stays right when the chunks are replaced.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, NamedTuple

from nightshift.errors import InvalidCursorError

if TYPE_CHECKING:
    from mypy_boto3_s3 import S3Client

PAGE_BYTES = 262_144
_PAGE_READS = 32
_LIST_PAGES = 5
_TOKEN = re.compile(r"(0|\d{13}-[\w.-]{1,80}-\d{4}):(\d{1,12})")
_START = "0"


class LogPage(NamedTuple):
    """Lines without their line feeds. ``next_token`` is None when there is nothing more and never will be."""

    lines: list[str]
    next_token: str | None


@dataclass(frozen=True, slots=True)
class _Part:
    """An object that holds a piece of a segment, beginning at byte ``start`` of it."""

    key: str
    start: int
    size: int


@dataclass(slots=True)
class _Segment:
    name: str
    parts: list[_Part] = field(default_factory=list)

    @property
    def size(self) -> int:
        return self.parts[-1].start + self.parts[-1].size


def logs_prefix(run_prefix: str) -> str:
    """Where the logs of a run lie."""
    return f"{run_prefix}logs/"


def segment_name(started_ms: int, step: str, iteration: int) -> str:
    """``started_ms`` is milliseconds since the epoch."""
    return f"{started_ms:013d}-{step}-{iteration:04d}"


def chunk_key(run_prefix: str, segment: str, number: int) -> str:
    return f"{logs_prefix(run_prefix)}{segment}/{number:06d}"


def final_key(run_prefix: str, segment: str) -> str:
    return f"{logs_prefix(run_prefix)}{segment}.log"


def read(
    s3: "S3Client",
    bucket: str,
    run_prefix: str,
    *,
    tail: int | None = None,
    next_token: str | None = None,
    ended: bool = False,
) -> LogPage:
    """One page of a run's log, of at most about ``PAGE_BYTES`` and a bounded number of calls.

    Without a token the page is the log's beginning or, with ``tail``, its last lines (as many of them as a
    page holds). ``ended`` says that the run is over: then the page that reaches the end has no next token,
    otherwise there is always one, and it gives what was written since.

    Raises:
        InvalidCursorError: the token is not one of this function's.
    """
    name, offset = _place(next_token)
    for attempt in range(3):
        segments = _segments(s3, bucket, run_prefix, name)
        try:
            if tail is not None and next_token is None:
                return _last_page(s3, bucket, segments, tail, ended)
            return _page(s3, bucket, segments, (name, offset), ended)
        except s3.exceptions.NoSuchKey:
            # The segment ended while it was read, and its chunks became one object: look again.
            if attempt == 2:
                raise
    raise AssertionError("unreachable")


def _place(token: str | None) -> tuple[str, int]:
    if token is None:
        return _START, 0
    match = _TOKEN.fullmatch(token)
    if not match:
        raise InvalidCursorError("next_token is not a token of this log.")
    return match[1], int(match[2])


def _segments(s3: "S3Client", bucket: str, run_prefix: str, first: str) -> list[_Segment]:
    """The run's segments from the one named ``first`` on."""
    prefix = logs_prefix(run_prefix)
    segments: dict[str, _Segment] = {}
    complete: set[str] = set()
    start_after = prefix + first
    for _ in range(_LIST_PAGES):
        listing = s3.list_objects_v2(Bucket=bucket, Prefix=prefix, StartAfter=start_after)
        for found in listing.get("Contents", []):
            start_after = found["Key"]
            name, is_chunk, _number = found["Key"].removeprefix(prefix).partition("/")
            if not is_chunk:
                name = name.removesuffix(".log")
                complete.add(name)  # sorts before the chunks, which may not all be gone yet
            elif name in complete:
                continue
            segment = segments.setdefault(name, _Segment(name))
            start = segment.size if segment.parts else 0
            segment.parts.append(_Part(found["Key"], start, found["Size"]))
        if not listing["IsTruncated"]:
            break
    return list(segments.values())


def _page(s3: "S3Client", bucket: str, segments: list[_Segment], place: tuple[str, int], ended: bool) -> LogPage:
    lines: list[str] = []
    left = PAGE_BYTES
    reads = 0
    for segment, part in _parts(segments):
        skip = max(place[1] - part.start, 0) if segment.name == place[0] else 0
        if skip >= part.size:
            continue
        if left <= 0 or reads == _PAGE_READS:
            return LogPage(lines, _token(place))
        body = _get(s3, bucket, part, skip, min(part.size, skip + left))
        used = body.rfind(b"\n") + 1
        if not used and left == PAGE_BYTES:
            used = len(body)  # a line longer than a page is given in pieces
        lines += _lines(body[:used])
        reads += 1
        left -= used
        place = (segment.name, part.start + skip + used)
        if skip + used < part.size:
            return LogPage(lines, _token(place))
    return LogPage(lines, None if ended else _token(place))


def _last_page(s3: "S3Client", bucket: str, segments: list[_Segment], tail: int, ended: bool) -> LogPage:
    place = (segments[-1].name, segments[-1].size) if segments else (_START, 0)
    lines: list[str] = []
    left = PAGE_BYTES
    for _, (_, part) in zip(range(_PAGE_READS), reversed(list(_parts(segments))), strict=False):
        if len(lines) >= tail or left <= 0:
            break
        begin = max(part.size - left, 0)
        body = _get(s3, bucket, part, begin, part.size)
        if begin:
            body = body[body.find(b"\n") + 1 :]  # the first line may be a part of one
        lines = _lines(body) + lines
        left -= part.size - begin
    return LogPage(lines[-tail:] if tail else [], None if ended else _token(place))


def _parts(segments: list[_Segment]) -> Iterator[tuple[_Segment, _Part]]:
    return ((segment, part) for segment in segments for part in segment.parts)


def _get(s3: "S3Client", bucket: str, part: _Part, begin: int, end: int) -> bytes:
    return s3.get_object(Bucket=bucket, Key=part.key, Range=f"bytes={begin}-{end - 1}")["Body"].read()


def _lines(body: bytes) -> list[str]:
    return body.decode("utf-8", errors="replace").removesuffix("\n").split("\n") if body else []


def _token(place: tuple[str, int]) -> str:
    return f"{place[0]}:{place[1]}"
