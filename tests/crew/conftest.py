"""The newsroom as a person runs it, in its own environment, which holds CrewAI and the real word frequencies."""

import json
import os
import signal
import subprocess
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

ROOT = Path(__file__).resolve().parents[2]
PYTHON = ROOT / ".local" / "newsroom" / "bin" / "python"
PACKAGES = ("functions/newsroom", "layers/nightshift", "layers/llm", "layers/commandline")
OPTIONS = ("--language=en", "--level=A2", "--length=100", "--topic=wells")
END_SECONDS = 180  # importing CrewAI takes some seconds, and on a busy machine many


@dataclass(frozen=True)
class Ended:
    """``summary`` is None for a program that printed none."""

    code: int
    summary: Any
    progress: list[int]
    err: str


class Newsroom:
    """Runs the program with a home and an output folder of its own, and no variable of AWS."""

    def __init__(self, folder: Path) -> None:
        self.out, self.home = folder / "out", folder / "home"
        self.home.mkdir()

    def start(self, *arguments: str, url: str = "") -> subprocess.Popen[str]:
        environment = {
            "PATH": os.environ["PATH"],
            "HOME": str(self.home),
            "PYTHONPATH": os.pathsep.join(str(ROOT / package) for package in PACKAGES),
            "OLLAMA_BASE_URL": f"{url}/v1",
            "OLLAMA_API_KEY": "a-secret-key",
        }
        command = [str(PYTHON), "-m", "newsroom", "article", *OPTIONS, f"--out={self.out}", *arguments]
        return subprocess.Popen(
            command, env=environment, cwd=self.home, text=True, stdout=subprocess.PIPE, stderr=subprocess.PIPE
        )

    def end(self, process: subprocess.Popen[str], stop: signal.Signals | None = None) -> Ended:
        if stop:
            process.send_signal(stop)
        try:
            out, err = process.communicate(timeout=END_SECONDS)
        finally:
            process.kill()  # nothing to one that has ended
        assert "a-secret-key" not in out + err
        told = [json.loads(line)["progress"] for line in err.splitlines() if line.startswith('{"progress"')]
        lines = out.splitlines()
        return Ended(process.returncode, json.loads(lines[-1]) if lines else None, told, err)

    def run(self, *arguments: str, url: str = "") -> Ended:
        return self.end(self.start(*arguments, url=url))

    def made(self, ending: str) -> str:
        (file,) = self.out.glob(f"*.{ending}")
        return file.read_text("utf-8")


@pytest.fixture
def newsroom(tmp_path: Path) -> Newsroom:
    if not PYTHON.exists():
        pytest.skip("CrewAI is not installed: scripts/bootstrap.sh newsroom")
    return Newsroom(tmp_path)
