"""The probe program, as a person would run it."""

import json
import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from tests.programs import PACKAGES


def start(*arguments: str) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [sys.executable, "-m", "storyteller", "probe", *arguments],
        env={"PYTHONPATH": PACKAGES},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        start_new_session=True,
    )


def test_it_does_what_it_is_told(tmp_path: Path) -> None:
    probe = start(
        f"--out={tmp_path}",
        "--log",
        "one",
        "두 번째",
        "--log=--three",
        "--artifact-bytes=5",
        "--exit-code=6",
        "--seconds=0.3",
        "--progress-every=0.1",
    )
    out, err = probe.communicate(timeout=20)

    *lines, summary = out.splitlines()
    assert probe.returncode == 6
    assert lines == ["one", "두 번째", "--three"]
    assert json.loads(summary) | {"seconds": 0} == {"seconds": 0, "children": [], "artifact_bytes": 5}
    assert 0.3 <= json.loads(summary)["seconds"] < 5
    assert [path.name for path in tmp_path.iterdir()] == ["probe.bin"]
    assert (tmp_path / "probe.bin").stat().st_size == 5
    percents = [json.loads(line)["progress"] for line in err.splitlines()]
    assert percents == sorted(percents)
    assert percents[-1] == 100
    assert len(percents) >= 3


def test_a_failing_probe_ends_with_its_log(tmp_path: Path) -> None:
    out, _ = start(f"--out={tmp_path}", "--log=too bad", "--exit-code=3").communicate(timeout=20)

    assert out == "too bad\n"


def test_it_starts_children_and_leaves_them(tmp_path: Path) -> None:
    probe = start(f"--out={tmp_path}", "--children=2")
    assert probe.stdout is not None
    children = [int(probe.stdout.readline().rpartition(" ")[2]) for _ in range(2)]

    assert probe.wait(timeout=20) == 0
    try:
        assert all(os.getpgid(child) == probe.pid for child in children)
    finally:
        os.killpg(probe.pid, signal.SIGKILL)
        probe.communicate()


def test_it_ends_on_sigterm(tmp_path: Path) -> None:
    probe = start(f"--out={tmp_path}", "--seconds=60", "--log=ready")
    assert probe.stdout is not None
    probe.stdout.readline()
    probe.terminate()
    probe.communicate(timeout=10)

    assert probe.returncode == 143


def test_it_can_ignore_sigterm(tmp_path: Path) -> None:
    probe = start(f"--out={tmp_path}", "--seconds=1", "--log=ready", "--ignore-sigterm")
    assert probe.stdout is not None
    probe.stdout.readline()
    probe.terminate()
    probe.communicate(timeout=20)

    assert probe.returncode == 0


@pytest.mark.parametrize(
    "argument",
    ["--seconds=-1", "--seconds=841", "--seconds=nan", "--exit-code=256", "--children=4", "--progress-every=0.01"],
)
def test_it_refuses_what_is_out_of_bounds(tmp_path: Path, argument: str) -> None:
    probe = start(f"--out={tmp_path}", argument)
    _, err = probe.communicate(timeout=20)

    assert probe.returncode == 1
    assert argument.partition("=")[0] in err
    assert "Traceback" not in err
