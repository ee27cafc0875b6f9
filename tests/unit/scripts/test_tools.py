"""Failures of other programs become sentences."""

import sys
from pathlib import Path

import pytest
from botocore.exceptions import EndpointConnectionError

from scripts import tools
from scripts.tools import Failed, explained, run


@pytest.fixture(autouse=True)
def logs(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setattr(tools, "LOGS", tmp_path)
    monkeypatch.setattr(tools, "ROOT", tmp_path)
    return tmp_path


def test_what_a_program_prints_is_returned_and_kept(logs: Path) -> None:
    assert "hello" in run("greet", [sys.executable, "-c", "print('hello')"], timeout=30)
    assert "hello" in (logs / "greet.log").read_text()


def test_a_failure_shows_the_end_of_its_output() -> None:
    program = "import sys; [print('line', n) for n in range(100)]; sys.exit('because of this')"
    with pytest.raises(Failed, match=r"greet failed; its output is in greet\.log") as failure:
        run("greet", [sys.executable, "-c", program], timeout=30)
    assert "because of this" in str(failure.value)
    assert "line 10\n" not in str(failure.value)


def test_a_program_that_hangs_is_stopped() -> None:
    with pytest.raises(Failed, match="did not end within 0 s"):
        run("hang", [sys.executable, "-c", "import time; time.sleep(60)"], timeout=0.2)


def test_a_program_that_can_only_fail_is_stopped_with_the_reason(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tools, "LOOK_SECONDS", 0.01)
    answers = iter([None, "the stack is broken"])
    with pytest.raises(Failed, match="was stopped: the stack is broken"):
        run("hang", [sys.executable, "-c", "import time; time.sleep(60)"], timeout=30, futile=lambda: next(answers))


@pytest.mark.parametrize("error", [Failed("why"), EndpointConnectionError(endpoint_url="why")])
def test_the_user_reads_a_sentence(error: Exception) -> None:
    with pytest.raises(SystemExit, match=r"make up: .*why"), explained("make up"):
        raise error


def test_a_mistake_of_ours_keeps_its_stack_trace() -> None:
    with pytest.raises(KeyError), explained("make up"):
        raise KeyError("a defect")
