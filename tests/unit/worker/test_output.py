"""Taking the streams of a program apart, however odd they are."""

import pytest

from nightshift.worker.output import MAX_LINE_BYTES, Output, Progress
from nightshift.worker.process import Stream


@pytest.fixture
def log() -> list[str]:
    return []


@pytest.fixture
def output(log: list[str]) -> Output:
    return Output(log.append)


def test_lines_are_put_together_from_pieces(output: Output, log: list[str]) -> None:
    letter = "밤".encode()
    output.feed(Stream.STDOUT, b"one\ntw" + letter[:1])
    output.feed(Stream.STDERR, b"other\r\n")
    output.feed(Stream.STDOUT, letter[1:] + b"\n\nlast")
    output.close()

    assert log == ["one", "other", "tw밤", "", "last"]
    assert output.last_stdout_line == "last"


def test_the_last_line_of_stdout_is_not_one_of_stderr(output: Output) -> None:
    output.feed(Stream.STDOUT, b'{"made": 1}\n  \n')
    output.feed(Stream.STDERR, b"late warning\n")
    output.close()

    assert output.last_stdout_line == '{"made": 1}'


def test_an_endless_line_is_cut(output: Output, log: list[str]) -> None:
    for _ in range(10):
        output.feed(Stream.STDOUT, b"x" * 100_000)
    output.close()

    assert "".join(log) == "x" * 1_000_000
    assert max(map(len, log)) == MAX_LINE_BYTES


def test_bytes_that_are_no_text(output: Output, log: list[str]) -> None:
    output.feed(Stream.STDERR, b"\xff\x00ok\n")

    assert log == ["\ufffd\x00ok"]


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        (b'{"progress": 40, "message": "half"}', Progress(40, "half")),
        (b'{"progress": 12.5}', Progress(12.5, "")),
        (b'{"progress": 400}', Progress(100, "")),
        (b'{"progress": -1, "message": "a\\ud800"}', Progress(0, "a?")),
        (b'{"progress": 1, "message": "' + b"m" * 500 + b'"}', Progress(1, "m" * 200)),
    ],
)
def test_progress(output: Output, log: list[str], line: bytes, expected: Progress) -> None:
    output.feed(Stream.STDERR, line + b"\n")

    assert output.progress == expected
    assert log == []


@pytest.mark.parametrize(
    "line",
    [
        '{"progress": "40"}',
        '{"progress": true}',
        '{"progress": null}',
        '{"progress": NaN}',
        '{"progress": 1' + "0" * 400 + "}",
        '{"message": "40"}',
        '{"progress": 40',
        '{"a":' * 100_000,
        "40%",
    ],
    ids=lambda line: line[:20],
)
def test_what_only_looks_like_progress_is_a_log_line(output: Output, log: list[str], line: str) -> None:
    output.feed(Stream.STDERR, line.encode())
    output.close()

    assert output.progress is None
    assert "".join(log) == line


def test_progress_on_stdout_is_a_log_line(output: Output, log: list[str]) -> None:
    output.feed(Stream.STDOUT, b'{"progress": 40}\n')

    assert (output.progress, log) == (None, ['{"progress": 40}'])
