"""The terminal client, as it is installed, against the deployed stack."""

import json
import os
import subprocess
from pathlib import Path

from scripts.workspace import LOCAL
from tests.stack.deployed import Deployed

NIGHTSHIFT = LOCAL / "venv" / "bin" / "nightshift"


def nightshift(stack: Deployed, *arguments: str, code: int = 0) -> str:
    environment = os.environ | {"NIGHTSHIFT_API_URL": stack.api_url, "NIGHTSHIFT_API_KEY": stack.stack.api_key or ""}
    done = subprocess.run(
        [NIGHTSHIFT, *arguments], env=environment, capture_output=True, text=True, timeout=120, check=False
    )
    assert done.returncode == code, done.stderr
    return done.stdout


def test_a_story_from_the_terminal(stack: Deployed, tmp_path: Path) -> None:
    job_id = nightshift(stack, "submit", "story", "-p", "language=en", "-p", "target_length=400").strip()
    versions = [json.loads(line) for line in nightshift(stack, "watch", job_id, "--json").splitlines()]
    assert versions[-1]["status"] == "COMPLETED"
    assert nightshift(stack, "logs", job_id, "-f")
    files = [Path(line) for line in nightshift(stack, "artifacts", job_id, "-d", str(tmp_path)).splitlines()]
    sizes = {artifact["name"]: artifact["size"] for artifact in versions[-1]["artifacts"]}
    assert {file.name: file.stat().st_size for file in files} == sizes
    assert job_id in nightshift(stack, "list", "--type", "story", "--limit", "100")


def test_how_a_job_failed_is_the_exit_code(stack: Deployed) -> None:
    asked = ("submit", "probe", "-p", "exit_code=2", "--max-attempts", "1", "--watch")
    assert "FAILED" in nightshift(stack, *asked, code=1)
    nightshift(stack, "show", "nobody", code=4)
    nightshift(stack, "submit", "poem", code=3)
