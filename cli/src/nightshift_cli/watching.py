"""Following jobs to their ends, one or several at once."""

from collections.abc import Iterator
from contextlib import ExitStack
from datetime import datetime
from queue import SimpleQueue
from threading import Semaphore, Thread
from typing import TYPE_CHECKING

import typer

from nightshift_cli.api import Api, Resource, job_path
from nightshift_cli.errors import CliError
from nightshift_cli.exit_codes import BY_STATUS, ExitCode
from nightshift_cli.options import JobIds, Json
from nightshift_cli.output import console, plain, print_json_line, shown
from nightshift_cli.session import api_of

if TYPE_CHECKING:
    from rich.progress import TaskID

_AT_ONCE = 10
"""Each holds one of the API's long polls, of which it has 20 unless told otherwise."""


def watch(
    context: typer.Context,
    job_ids: JobIds,
    as_json: Json = False,
) -> None:
    """Follow jobs to their ends, step by step.

    With --json, a line of JSON for each change. Exits by how the jobs ended: 1 if one FAILED, else 7 if one was
    CANCELLED, else 8 if one was SKIPPED.
    """
    api = api_of(context)
    follow(api, [api.get(job_path(job_id), view="current") for job_id in dict.fromkeys(job_ids)], as_json)


def follow(api: Api, jobs: list[Resource], as_json: bool) -> None:
    """Tell of the jobs until all have ended; exits by how they ended.

    Raises:
        typer.Exit: always.
    """
    ended: dict[str, ExitCode] = {}
    with ExitStack() as stack:
        display = None if as_json else stack.enter_context(_Display())
        for job in _versions(api, jobs):
            if display:
                display.tell(job)
            else:
                print_json_line(job)
            if job["status"] in BY_STATUS:
                ended[job["job_id"]] = BY_STATUS[job["status"]]
    raise typer.Exit(min((code for code in ended.values() if code), default=ExitCode.DONE))


def _versions(api: Api, jobs: list[Resource]) -> Iterator[Resource]:
    """All versions of all jobs, as they come."""
    if len(jobs) == 1:
        yield from api.follow(jobs[0])
        return
    seen: SimpleQueue[Resource | CliError | None] = SimpleQueue()
    places = Semaphore(_AT_ONCE)

    def pass_on(job: Resource) -> None:
        try:
            with places:
                for version in api.follow(job):
                    seen.put(version)
            seen.put(None)
        except CliError as error:
            seen.put(error)

    for job in jobs:
        # Daemons: who gives up waiting does not wait for the long polls that are under way.
        Thread(target=pass_on, args=(job,), daemon=True).start()
    left = len(jobs)
    while left:
        found = seen.get()
        if isinstance(found, CliError):
            raise found
        if found is None:
            left -= 1
        else:
            yield found


class _Display:
    """A bar for each job that has not ended, beneath a line for each thing that happened."""

    def __init__(self) -> None:
        from rich.progress import BarColumn, Progress, TaskProgressColumn, TextColumn, TimeElapsedColumn

        columns = (TextColumn("{task.description}", markup=False), BarColumn(), TaskProgressColumn())
        self._progress: Progress = Progress(
            *columns, TimeElapsedColumn(), console=console(), transient=True, disable=not console().is_terminal
        )
        self._bars: dict[str, TaskID] = {}
        self._seen: dict[str, tuple[str, ...]] = {}

    def __enter__(self) -> "_Display":
        self._progress.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._progress.stop()

    def tell(self, job: Resource) -> None:
        job_id, status = job["job_id"], job["status"]
        bar = self._bars.get(job_id)
        if bar is None:
            bar = self._bars[job_id] = self._progress.add_task("", total=100)
        done = job.get("progress") or {}
        told = plain(done.get("message") or job.get("current_step") or status)
        self._progress.update(bar, completed=done.get("percent", 0), description=f"{job_id[:8]} {told}")
        if status in BY_STATUS:
            self._progress.remove_task(bar)
        now = (status, job.get("current_step") or "", job.get("step_status") or "")
        if self._seen.get(job_id) != now:
            self._seen[job_id] = now
            self._print(job, *now)

    def _print(self, job: Resource, status: str, step: str, step_status: str) -> None:
        from rich.text import Text

        line = Text(f"{datetime.now():%H:%M:%S}  {job['job_id']}  ").append(shown(status))
        error = job.get("error")
        if status in BY_STATUS and error:
            line.append(plain(f"  {error['code']}: {error['message']}"))
        elif status not in BY_STATUS and step:
            line.append(plain(f"  step {step}: {step_status}"))
        self._progress.console.print(line, soft_wrap=True)
