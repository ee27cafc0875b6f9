"""A log from the worker's lines to the reader's pages."""

from pathlib import Path
from typing import Any

import pytest
from botocore.exceptions import ClientError

from nightshift import logs
from nightshift.clients import s3
from nightshift.errors import InvalidCursorError
from nightshift.worker.joblog import JobLog
from nightshift.worker.runner import Timing
from tests.unit.worker.conftest import PREFIX, Surroundings, log_records

SEGMENT = logs.segment_name(1_700_000_000_000, "work", 0)
LATER = logs.segment_name(1_700_000_009_000, "work", 1)


def job_log(segment: str = SEGMENT, max_bytes: int = 1_000_000) -> JobLog:
    return JobLog(s3(), "files", PREFIX, segment, {"job_id": "job-1"}, max_bytes)


def add(log: JobLog, *lines: str) -> None:
    """Lines that make one chunk."""
    for line in lines:
        log.add(line)
    log.ship()


def read(tail: int | None = None, token: str | None = None, ended: bool = False) -> logs.LogPage:
    return logs.read(s3(), "files", PREFIX, tail=tail, next_token=token, ended=ended)


def read_all(token: str | None = None) -> list[str]:
    """Page after page of a log that has ended."""
    lines: list[str] = []
    for _ in range(200):
        page = read(token=token, ended=True)
        lines += page.lines
        token = page.next_token
        if token is None:
            return lines
    raise AssertionError("no end")


def test_chunks_become_one_object(surroundings: Surroundings) -> None:
    log = job_log()
    add(log, "one", "두 번째")
    add(log)
    add(log, "three")
    log.add("four")

    assert surroundings.stored() == [f"logs/{SEGMENT}/000000", f"logs/{SEGMENT}/000001"]
    log.finish()

    assert surroundings.stored() == [f"logs/{SEGMENT}.log"]
    assert surroundings.body(f"logs/{SEGMENT}.log").decode() == "one\n두 번째\nthree\nfour\n"


def test_chunks_are_published_while_the_program_runs(
    surroundings: Surroundings, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    published = tmp_path / "published"
    put_object = s3().put_object

    def put_and_tell(**arguments: Any) -> Any:
        answer = put_object(**arguments)
        published.touch()
        return answer

    monkeypatch.setattr(s3(), "put_object", put_and_tell)
    surroundings.run(
        f"""
        print("early")
        deadline = time.monotonic() + 60
        while not os.path.exists({str(published)!r}) and time.monotonic() < deadline:
            time.sleep(0.01)
        print("published" if os.path.exists({str(published)!r}) else "not published")
        """,
        timing=Timing(heartbeat=0.02),
        remaining=120,
    )

    assert surroundings.log() == ["early", "published"]


def test_following_a_log_across_its_end(surroundings: Surroundings) -> None:
    log = job_log()
    add(log, "one")
    first = read()
    again = read(token=first.next_token)
    add(log, "two")
    add(log, "three")
    second = read(token=first.next_token)
    log.add("four")
    log.finish()
    third = read(token=second.next_token, ended=True)

    assert (first.lines, again.lines, second.lines) == (["one"], [], ["two", "three"])
    assert again.next_token == first.next_token
    assert third == (["four"], None)


def test_a_log_that_is_not_there_yet_can_be_followed(surroundings: Surroundings) -> None:
    page = read()
    assert page.lines == []
    add(job_log(), "one")

    assert read(token=page.next_token).lines == ["one"]
    assert read(ended=True).next_token is None


def test_segments_follow_one_another(surroundings: Surroundings) -> None:
    first, second = job_log(), job_log(LATER)
    add(first, "one")
    first.finish()
    add(second, "two")

    assert read().lines == ["one", "two"]
    second.add("three")
    second.finish()
    assert read_all() == ["one", "two", "three"]


def test_chunks_of_a_worker_that_was_killed_stay_readable(surroundings: Surroundings) -> None:
    add(job_log(), "last words")
    later = job_log(LATER)
    later.add("second try")
    later.finish()

    assert read_all() == ["last words", "second try"]


def test_a_log_is_not_read_twice_while_its_chunks_are_being_deleted(
    surroundings: Surroundings, monkeypatch: pytest.MonkeyPatch
) -> None:
    log = job_log()
    add(log, "one")
    monkeypatch.setattr(s3(), "delete_objects", lambda **_: None)
    log.finish()

    assert len(surroundings.stored()) == 2
    assert read_all() == ["one"]
    assert read(tail=5).lines == ["one"]


def test_chunks_that_go_between_listing_and_reading(
    surroundings: Surroundings, monkeypatch: pytest.MonkeyPatch
) -> None:
    log = job_log()
    add(log, "one")
    get = s3().get_object

    def finish_first(**arguments: str) -> object:
        monkeypatch.setattr(s3(), "get_object", get)
        log.finish()
        return get(**arguments)  # type: ignore[arg-type]

    monkeypatch.setattr(s3(), "get_object", finish_first)

    assert read().lines == ["one"]


def test_pages_of_a_long_log_give_each_line_once(surroundings: Surroundings) -> None:
    log = job_log(max_bytes=10_000_000)
    lines = [f"{number} 한글 " + "x" * (number % 5000) for number in range(1200)]
    for line in lines:
        log.add(line)
    log.finish()

    page = read(ended=True)
    assert 0 < sum(len(line.encode()) + 1 for line in page.lines) <= logs.PAGE_BYTES
    assert page.next_token is not None
    assert read_all() == lines


def test_pages_of_many_chunks(surroundings: Surroundings) -> None:
    log = job_log()
    for number in range(80):
        add(log, str(number))

    assert read_all() == [str(number) for number in range(80)]


def test_a_line_longer_than_a_page_comes_in_pieces(surroundings: Surroundings) -> None:
    log = job_log()
    log.add("a" * (logs.PAGE_BYTES + 10))
    log.add("b")
    log.finish()

    assert "".join(read_all()) == "a" * (logs.PAGE_BYTES + 10) + "b"


@pytest.mark.parametrize(("tail", "expected"), [(0, []), (2, ["c", "d"]), (3, ["b", "c", "d"]), (9, list("abcd"))])
def test_tail(surroundings: Surroundings, tail: int, expected: list[str]) -> None:
    first, second = job_log(), job_log(LATER)
    add(first, "a", "b")
    first.finish()
    add(second, "c")
    add(second, "d")

    page = read(tail=tail)

    assert page.lines == expected
    add(second, "e")
    assert read(tail=tail, token=page.next_token).lines == ["e"]


def test_tail_of_a_large_log_gives_whole_lines(surroundings: Surroundings) -> None:
    log = job_log(max_bytes=10_000_000)
    for number in range(5000):
        log.add(f"{number:06d}" + "y" * 94)
    log.finish()

    lines = read(tail=10_000).lines

    assert len(lines[0]) == 100
    assert lines[-1].startswith("004999")
    assert 2500 < len(lines) <= logs.PAGE_BYTES // 101 + 1


@pytest.mark.parametrize("token", ["x", f"{SEGMENT}:-1", f"../../other/{SEGMENT}:0", f"{SEGMENT}:1:2", ""])
def test_tokens_of_others(surroundings: Surroundings, token: str) -> None:
    with pytest.raises(InvalidCursorError):
        read(token=token)


def test_a_runaway_log_is_cut_in_the_middle(surroundings: Surroundings) -> None:
    log = job_log(max_bytes=109 * 100)
    for number in range(10_000):
        log.add(f"{number:09d}")
    assert log.tail(9) == "000009999"
    log.finish()

    lines = read_all()
    notice = next(number for number, line in enumerate(lines) if "left out" in line)
    assert lines[notice - 1] == "000000099"
    assert lines[-1] == "000009999"
    left_out = int(lines[notice].removeprefix("[").split()[0])
    assert notice + left_out + len(lines) - notice - 1 == 10_000
    assert len(lines) < 7000


def test_what_s3_refuses_is_shipped_later(surroundings: Surroundings, monkeypatch: pytest.MonkeyPatch) -> None:
    log = job_log()
    put = s3().put_object
    error = ClientError({"Error": {"Code": "SlowDown"}}, "PutObject")

    def refuse(**_: object) -> None:
        raise error

    monkeypatch.setattr(s3(), "put_object", refuse)
    with pytest.raises(ClientError):
        add(log, "one")
    monkeypatch.setattr(s3(), "put_object", put)
    add(log, "two")

    assert surroundings.body(f"logs/{SEGMENT}/000000") == b"one\ntwo\n"


def test_an_end_that_s3_refuses_leaves_the_chunks(
    surroundings: Surroundings, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    log = job_log()
    add(log, "one")

    def refuse(**_: object) -> None:
        raise ClientError({"Error": {"Code": "SlowDown"}}, "PutObject")

    with monkeypatch.context() as patch:
        patch.setattr(s3(), "put_object", refuse)
        log.finish()

    assert read().lines == ["one"]
    assert log_records(capsys.readouterr().out)[-1]["level"] == "ERROR"
