"""What jobs leave: their logs and their artifacts."""

import sys
import time
from pathlib import Path
from typing import Annotated
from urllib.parse import quote

import typer

from nightshift_cli.api import Api, Resource, job_path
from nightshift_cli.errors import CliError
from nightshift_cli.exit_codes import ExitCode
from nightshift_cli.options import JobId, Json
from nightshift_cli.output import plain, print_json, print_json_line, print_table
from nightshift_cli.session import api_of

RunId = Annotated[str | None, typer.Option("--run", metavar="ID", help="Of an earlier run.")]


def logs(
    context: typer.Context,
    job_id: JobId,
    follow: Annotated[bool, typer.Option("--follow", "-f", help="Go on until the log is complete.")] = False,
    tail: Annotated[int | None, typer.Option(min=1, max=10_000, help="Begin with the last lines.")] = None,
    run: RunId = None,
    as_json: Json = False,
) -> None:
    """Print what the job's program printed. With --json, each line as {"line": …}."""
    api = api_of(context)
    if run or not follow:
        _print_log(api, job_id, run, tail, follow, as_json)
        return
    printed: str | None = None
    # A job that waits, or is tried again, has a run to come, with a log of its own.
    for job in api.follow(api.get(job_path(job_id), view="current")):
        latest = job["current_run_id"]
        if latest and latest != printed:
            _print_log(api, job_id, latest, None if printed else tail, follow, as_json)
            printed = latest


def artifacts(
    context: typer.Context,
    job_id: JobId,
    names: Annotated[list[str] | None, typer.Argument(help="Only these; default all.")] = None,
    download: Annotated[
        Path | None, typer.Option("--download", "-d", metavar="FOLDER", help="Save them there.")
    ] = None,
    run: RunId = None,
    as_json: Json = False,
) -> None:
    """List a job's artifacts, or download them."""
    api = api_of(context)
    found = api.get(f"{job_path(job_id)}/artifacts", run_id=run)["artifacts"]
    for name in names or ():
        if name not in (artifact["name"] for artifact in found):
            raise CliError(f"Job {job_id} has no artifact {name}.", ExitCode.NOT_FOUND)
    chosen = [artifact for artifact in found if not names or artifact["name"] in names]
    if download:
        for artifact in chosen:
            artifact["path"] = str(_save(api, job_id, artifact, download, run))
    if as_json:
        print_json(chosen)
    elif download:
        for artifact in chosen:
            print(artifact["path"])
    else:
        rows = ((artifact["name"], artifact["size"], artifact["content_type"]) for artifact in chosen)
        print_table(("NAME", "BYTES", "TYPE"), rows)


def _print_log(api: Api, job_id: str, run: str | None, tail: int | None, follow: bool, as_json: bool) -> None:
    """One run's log, as far as it is or, to follow it, to its end."""
    query = {"tail": tail}
    while True:
        page = api.get(f"{job_path(job_id)}/logs", run_id=run, **query)
        for line in page["lines"]:
            if as_json:
                print_json_line({"line": line})
            else:
                print(plain(line) if sys.stdout.isatty() else line, flush=True)
        query = {"next_token": page["next_token"]}
        if page["next_token"] is None:
            return
        if not page["lines"]:
            if not follow:
                return
            time.sleep(api.poll_seconds)


def _save(api: Api, job_id: str, artifact: Resource, folder: Path, run: str | None) -> Path:
    """Under its own name only when it is whole."""
    target = folder / str(artifact["name"])
    if not target.resolve().is_relative_to(folder.resolve()):
        raise CliError(f"{artifact['name']} would lie outside {folder}.")
    query = f"?run_id={quote(run)}" if run else ""
    part = target.with_name(f"{target.name}.part")
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        with part.open("wb") as file:
            for piece in api.content(f"{job_path(job_id)}/artifacts/{quote(artifact['name'])}{query}"):
                file.write(piece)
        part.replace(target)
    except OSError as error:
        raise CliError(f"{target} cannot be written: {error.strerror}.") from error
    finally:
        part.unlink(missing_ok=True)
    return target
