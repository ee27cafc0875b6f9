"""Following jobs and their logs, and fetching what they left."""

import signal
import subprocess
import sys
from pathlib import Path

import pytest

from tests.unit.cli.conftest import FakeApi, Nightshift, job, serving


@pytest.mark.parametrize(("status", "code"), [("COMPLETED", 0), ("FAILED", 1), ("CANCELLED", 7), ("SKIPPED", 8)])
def test_the_exit_code_tells_how_the_job_ended(fake: FakeApi, nightshift: Nightshift, status: str, code: int) -> None:
    fake.answers("POST", "/jobs", job(), 201)
    error = {"code": "provider", "message": "no answer"} if status == "FAILED" else None
    fake.answers("GET", "/jobs/j1/wait", job("RUNNING", 2, current_step="write_story", step_status="running"))
    fake.answers("GET", "/jobs/j1/wait", job(status, 3, error=error))
    ended = nightshift("submit", "story", "--watch")
    assert ended.code == code
    lines = [line.partition("  j1  ")[2] for line in ended.out.splitlines()]
    assert lines == ["QUEUED", "RUNNING  step write_story: running", status + ("  provider: no answer" * bool(error))]
    assert "since_version=2" in fake.requests[-1].query


def test_several_jobs_are_followed_at_once_and_the_worst_counts(fake: FakeApi, nightshift: Nightshift) -> None:
    for job_id, status in (("j1", "COMPLETED"), ("j2", "SKIPPED"), ("j3", "FAILED")):
        fake.answers("GET", f"/jobs/{job_id}", job("RUNNING", job_id=job_id))
        fake.answers("GET", f"/jobs/{job_id}/wait", job(status, 2, job_id=job_id))
    ended = nightshift("watch", "j1", "j2", "j3", "j1", "--json")
    assert ended.code == 1
    assert sorted((found["job_id"], found["status"]) for found in ended.json_lines) == [
        *(("j1", "COMPLETED"), ("j1", "RUNNING"), ("j2", "RUNNING"), ("j2", "SKIPPED")),
        *(("j3", "FAILED"), ("j3", "RUNNING")),
    ]


def test_one_of_several_that_the_api_refuses_ends_the_watch(fake: FakeApi, nightshift: Nightshift) -> None:
    for job_id in ("j1", "j2"):
        fake.answers("GET", f"/jobs/{job_id}", job("RUNNING", job_id=job_id))
    fake.answers("GET", "/jobs/j1/wait", job("COMPLETED", 2))
    fake.refuses("GET", "/jobs/j2/wait", 401, "There is no such key.")
    ended = nightshift("watch", "j1", "j2")
    assert (ended.code, ended.err) == (5, "nightshift: There is no such key.\n")


def test_who_gives_up_waiting_does_not_wait(fake: FakeApi, monkeypatch: pytest.MonkeyPatch) -> None:
    for job_id in ("j1", "j2"):
        fake.answers("GET", f"/jobs/{job_id}", job("RUNNING", job_id=job_id))
    with fake.held("/jobs/j1/wait", "/jobs/j2/wait") as asked:
        command = [sys.executable, "-m", "nightshift_cli", "watch", "j1", "j2"]
        # The program is to be one that can be interrupted, however the tests were started.
        before = signal.signal(signal.SIGINT, signal.SIG_DFL)
        try:
            process = subprocess.Popen(command, stdout=subprocess.DEVNULL)
        finally:
            signal.signal(signal.SIGINT, before)
        with process:
            assert asked.acquire(timeout=60)
            assert asked.acquire(timeout=60)
            process.send_signal(signal.SIGINT)
            assert process.wait(timeout=60) == 130


def test_a_log_is_followed_to_its_end(fake: FakeApi, nightshift: Nightshift) -> None:
    for lines, token in ((["one"], "a"), ([], "b"), (["two", "셋"], None)):
        fake.answers("GET", "/jobs/j1/logs", {"lines": lines, "next_token": token})
    fake.answers("GET", "/jobs/j1", job("COMPLETED", current_run_id="r1"))
    assert nightshift("logs", "j1", "-f", "--tail", "5").out == "one\ntwo\n셋\n"
    assert [request.query for request in fake.requests if request.path.endswith("logs")] == [
        *("run_id=r1&tail=5", "run_id=r1&next_token=a", "run_id=r1&next_token=b"),
    ]


def test_without_follow_a_log_is_printed_as_far_as_it_is(fake: FakeApi, nightshift: Nightshift) -> None:
    for lines in (["one"], ["two"], []):
        fake.answers("GET", "/jobs/j1/logs", {"lines": lines, "next_token": "more"})
    ended = nightshift("logs", "j1", "--tail", "1", "--json")
    assert ended.json_lines == [{"line": "one"}, {"line": "two"}]
    assert fake.requests[0].query == "tail=1"


def test_follow_waits_for_a_run_and_goes_on_with_the_next(fake: FakeApi, nightshift: Nightshift) -> None:
    for line in ("first", "second"):
        fake.answers("GET", "/jobs/j1/logs", {"lines": [line], "next_token": None})
    fake.answers("GET", "/jobs/j1", job("QUEUED"))
    for version, (status, run_id) in enumerate(
        [("RUNNING", "r1"), ("SCHEDULED", "r1"), ("RUNNING", "r2"), ("COMPLETED", "r2")], start=2
    ):
        fake.answers("GET", "/jobs/j1/wait", job(status, version, current_run_id=run_id))
    assert nightshift("logs", "j1", "-f").out == "first\nsecond\n"


def test_a_job_that_ends_before_it_runs_has_no_log(fake: FakeApi, nightshift: Nightshift) -> None:
    fake.answers("GET", "/jobs/j1", job("CANCELLED"))
    assert nightshift("logs", "j1", "-f").out == ""


@pytest.fixture
def files(fake: FakeApi) -> FakeApi:
    """A job with two artifacts, the first of which lies in a store at another address."""
    found = [{"name": name, "content_type": "text/plain", "size": 2, "url": ""} for name in ("a b.txt", "c.txt")]
    fake.answers("GET", "/jobs/j1/artifacts", {"artifacts": found})
    return fake


def test_artifacts_are_listed(files: FakeApi, nightshift: Nightshift) -> None:
    assert [line.split()[-2:] for line in nightshift("artifacts", "j1").out.splitlines()[1:]] == [
        ["2", "text/plain"]
    ] * 2


def test_an_artifact_is_fetched_from_where_it_lies_without_the_key(
    files: FakeApi, nightshift: Nightshift, tmp_path: Path
) -> None:
    store = FakeApi()
    store.answers("GET", "/signed", "등대".encode())
    with serving(store):
        files.answers("GET", "/jobs/j1/artifacts/a%20b.txt", b"", 302, Location=f"{store.url}/signed")
        ended = nightshift("artifacts", "j1", "a b.txt", "--download", str(tmp_path / "new"))
    assert (ended.code, ended.out) == (0, f"{tmp_path / 'new' / 'a b.txt'}\n")
    assert [file.name for file in (tmp_path / "new").iterdir()] == ["a b.txt"]
    assert (tmp_path / "new" / "a b.txt").read_text(encoding="utf-8") == "등대"
    assert "x-api-key" not in store.requests[0].headers


def test_a_download_that_fails_leaves_nothing(files: FakeApi, nightshift: Nightshift, tmp_path: Path) -> None:
    files.answers("GET", "/jobs/j1/artifacts/c.txt", b"", 302, Location=f"{files.url}/gone")
    ended = nightshift("artifacts", "j1", "c.txt", "-d", str(tmp_path))
    assert (ended.code, list(tmp_path.iterdir())) == (6, [])
    assert nightshift("artifacts", "j1", "nope", "-d", str(tmp_path)).code == 4


def test_an_artifact_cannot_leave_the_folder(fake: FakeApi, nightshift: Nightshift, tmp_path: Path) -> None:
    found = [{"name": "../out.txt", "content_type": "text/plain", "size": 2, "url": ""}]
    fake.answers("GET", "/jobs/j1/artifacts", {"artifacts": found})
    assert nightshift("artifacts", "j1", "-d", str(tmp_path / "in")).code == 2
    assert list(tmp_path.iterdir()) == []
