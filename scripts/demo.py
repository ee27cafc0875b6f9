"""`make demo`: brings the stack up and has the terminal client write a story."""

import os
import shlex
import subprocess
from pathlib import Path

from rich.console import Console
from rich.markdown import Markdown
from rich.panel import Panel

from scripts import up
from scripts.stack import Stack
from scripts.tools import Failed, explained
from scripts.workspace import LOCAL, ROOT

NIGHTSHIFT = LOCAL / "venv" / "bin" / "nightshift"
FOLDER = Path(".local", "demo")
REQUEST = ("submit", "story", "-p", "language=ko", "-p", "target_length=1500")
BEGINNING = 700  # characters of the story that are shown

console = Console(highlight=False)


def main() -> None:
    stack = up.main()
    console.print()
    job_id = _nightshift(stack, *REQUEST)
    console.print(f"  {job_id}")
    _nightshift(stack, "watch", job_id, shown=True)
    files = _nightshift(stack, "artifacts", job_id, "--download", str(FOLDER)).splitlines()
    stories = [file for file in files if file.endswith(".md")]
    if not stories:
        raise Failed(f"job {job_id} completed without a story among its artifacts: {files}")
    _show_story(ROOT / stories[0])
    _show_where(stack.api_url, job_id, stories[0])


def _nightshift(stack: Stack, *arguments: str, shown: bool = False) -> str:
    """What the command printed, unless it is shown at once."""
    console.print(f"[bold]$ nightshift {shlex.join(arguments)}[/bold]", soft_wrap=True)
    environment = os.environ | {"NIGHTSHIFT_API_URL": stack.api_url, "NIGHTSHIFT_API_KEY": stack.api_key or ""}
    output = None if shown else subprocess.PIPE
    done = subprocess.run([NIGHTSHIFT, *arguments], cwd=ROOT, env=environment, stdout=output, text=True, check=False)
    if done.returncode:
        raise Failed(f"nightshift {arguments[0]} ended with exit code {done.returncode}; `make logs` may tell why")
    return (done.stdout or "").strip()


def _show_story(story: Path) -> None:
    text = story.read_text(encoding="utf-8")
    if text.startswith("---\n"):  # YAML front matter
        text = text.partition("\n---\n")[2]
    beginning = text.strip()[:BEGINNING] + " …"
    console.print(Panel(Markdown(beginning), title="how the story begins", padding=(1, 2)))


def _show_where(api_url: str, job_id: str, story: str) -> None:
    rows = {
        "the story": story,
        "its log": f".local/venv/bin/nightshift logs {job_id}",
        "the job": f".local/venv/bin/nightshift show {job_id}",
        "API docs": f"{api_url}/docs",
        "stop": "make down   (keeps the jobs for the next `make up`)",
    }
    for what, where in rows.items():
        console.print(f"  {what:<10} {where}", soft_wrap=True, markup=False)


if __name__ == "__main__":
    with explained("make demo"):
        main()
