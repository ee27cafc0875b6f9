"""The command line, as a program: exit codes, artifacts, signals."""

import json
import os
import resource
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from storyteller import cli
from tests.programs import PACKAGES


def start(
    *arguments: str, cwd: Path, variables: dict[str, str] | None = None, **options: object
) -> subprocess.Popen[str]:
    return subprocess.Popen(  # type: ignore[call-overload, no-any-return]
        [sys.executable, "-m", "storyteller", *arguments],
        cwd=cwd,
        env={"PYTHONPATH": PACKAGES, "PATH": os.environ["PATH"], "LANG": "C"} | (variables or {}),
        text=True,
        encoding="utf-8",
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        **options,
    )


def test_writes_the_stories_and_says_so(tmp_path: Path) -> None:
    process = start("story", "--max-stories", "2", "--seed", "5", "--out", "made/here", cwd=tmp_path)
    out, err = process.communicate(timeout=20)
    assert process.returncode == 0
    summary = json.loads(out.splitlines()[-1])
    assert (summary["made"], summary["requested"]) == (2, 2)
    names = {name for story in summary["stories"] for name in story["artifacts"]}
    assert {path.name for path in (tmp_path / "made/here").iterdir()} == names
    metadata = json.loads((tmp_path / "made/here" / summary["stories"][1]["artifacts"][1]).read_text("utf-8"))
    assert metadata["seed"] == 6
    assert metadata["generator"] == "offline"
    assert json.loads(err.splitlines()[-1])["progress"] == 100


@pytest.mark.parametrize(
    "arguments",
    [
        ["--target-length", "299"],
        ["--target-length", "many"],
        ["--max-stories", "0"],
        ["--language", "fr"],
        ["--topic", "x" * 201],
        ["--interval-seconds", "nan"],
        ["--no-such-option"],
    ],
)
def test_bad_input_is_refused_with_a_sentence(
    arguments: list[str], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert cli.main(["story", "--out", str(tmp_path / "out"), *arguments]) == 1
    assert capsys.readouterr().err.startswith("storyteller: ")
    assert not (tmp_path / "out").exists()


def test_sigterm_keeps_what_is_done_and_exits_143(tmp_path: Path) -> None:
    process = start("story", "--max-stories", "2", "--interval-seconds", "60", "--out", str(tmp_path), cwd=tmp_path)
    assert process.stderr is not None
    assert json.loads(process.stderr.readline())["progress"] == 0
    while len(list(tmp_path.glob("*.json"))) < 1:
        assert process.poll() is None
    process.send_signal(signal.SIGTERM)
    out, _ = process.communicate(timeout=3)
    assert process.returncode == 143
    assert json.loads(out.splitlines()[-1])["reason"] == "terminated"
    assert not list(tmp_path.glob(".*.part"))


def test_a_full_disk_exits_5_and_leaves_nothing_half_written(tmp_path: Path) -> None:
    def small_files() -> None:
        resource.setrlimit(resource.RLIMIT_FSIZE, (500, 500))

    process = start("story", "--out", str(tmp_path), cwd=tmp_path, preexec_fn=small_files)
    _, err = process.communicate(timeout=20)
    assert process.returncode == 5, err
    assert list(tmp_path.iterdir()) == []
