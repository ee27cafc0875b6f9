"""The images hold what their handlers import."""

import re
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[3]
IMPORTS = {
    "storyteller": "handler, commands.probe, commands.research, commands.story, storyteller.cli",
    "adstudio": "handler, adstudio.cli",
    "newsroom": "handler, newsroom.cli, newsroom.source",
}


@pytest.mark.parametrize("program", IMPORTS)
def test_an_image_has_what_its_handler_imports(program: str, tmp_path: Path) -> None:
    dockerfile = (ROOT / "functions" / program / "Dockerfile").read_text("utf-8")
    for copied, name in re.findall(r"^COPY (.+) \$\{LAMBDA_TASK_ROOT\}/(\w*)$", dockerfile, re.MULTILINE):
        for source in map(Path, copied.split()):
            (tmp_path / (name or source.name)).symlink_to(ROOT / source)
    code = f"import {IMPORTS[program]}"
    done = subprocess.run([sys.executable, "-c", code], cwd=tmp_path, env={}, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
