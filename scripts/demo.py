"""`make demo`: brings the stack up and watches it write a story."""

from typing import Any
from urllib.parse import quote

import httpx
from rich.console import Console
from rich.markdown import Markdown
from rich.panel import Panel
from rich.progress import BarColumn, Progress, TextColumn, TimeElapsedColumn

from scripts import up
from scripts.tools import Failed, explained
from scripts.watch import watch

type Job = dict[str, Any]

REQUEST = {"type": "story", "params": {"language": "ko", "target_length": 1500}}
BEGINNING = 700  # characters of the story that are shown

console = Console()


def main() -> None:
    stack = up.main()
    with httpx.Client(base_url=stack.api_url, headers=stack.api_headers, timeout=40, follow_redirects=True) as api:
        response = api.post("/jobs", json=REQUEST)
        if response.status_code != httpx.codes.CREATED:
            raise Failed(f"POST /jobs answered {response.status_code}: {response.text}")
        job = _show_progress(api, response.json())
        if job["status"] != "COMPLETED":
            raise Failed(f"the job ended {job['status']}: {job['error']}; see JOB={job['job_id']} make logs")
        story = _story_name(job)
        _show_story(api, job, story)
        _show_where(stack.api_url, job, story)


def _show_progress(api: httpx.Client, job: Job) -> Job:
    console.print(f"\nPOST /jobs {REQUEST} → job {job['job_id']}\n")
    columns = (TextColumn("{task.fields[status]:<10}"), BarColumn(), TextColumn("{task.percentage:>3.0f} %"))
    with Progress(*columns, TimeElapsedColumn(), console=console) as progress:
        bar = progress.add_task("story", total=100, status=job["status"])
        seen: tuple[Any, ...] = ()
        for state in watch(api, job):
            job = state
            now = (job["status"], job["current_step"], job["step_status"])
            if now != seen:
                seen = now
                step = f"  step {now[1]}: {now[2]}" if now[1] else ""
                progress.console.print(f"  [bold]{now[0]:<10}[/bold]{step}")
            percent = 100 if job["status"] == "COMPLETED" else (job.get("progress") or {}).get("percent", 0)
            progress.update(bar, completed=percent, status=job["status"])
    return job


def _story_name(job: Job) -> str:
    for artifact in job["artifacts"]:
        if artifact["name"].endswith(".md"):
            return str(artifact["name"])
    raise Failed(f"job {job['job_id']} completed without a story among its artifacts: {job['artifacts']}")


def _show_story(api: httpx.Client, job: Job, name: str) -> None:
    response = api.get(f"/jobs/{job['job_id']}/artifacts/{quote(name)}")
    response.raise_for_status()
    text = response.content.decode()
    if text.startswith("---\n"):  # YAML front matter
        text = text.partition("\n---\n")[2]
    beginning = text.strip()[:BEGINNING] + " …"
    console.print(Panel(Markdown(beginning), title="how the story begins", padding=(1, 2)))


def _show_where(api_url: str, job: Job, story: str) -> None:
    url = f"{api_url}/jobs/{job['job_id']}"
    rows = {
        "the story": f"curl -L '{url}/artifacts/{quote(story)}'",
        "its log": f"curl '{url}/logs'",
        "the job": f"curl '{url}'",
        "API docs": f"{api_url}/docs",
        "stop": "make down   (keeps the jobs for the next `make up`)",
    }
    for what, where in rows.items():
        console.print(f"  {what:<10} {where}", soft_wrap=True, highlight=False, markup=False)


if __name__ == "__main__":
    with explained("make demo"):
        main()
