"""Several jobs in one request."""

import json
from typing import Annotated, Any

import typer

from nightshift_cli.api import Api, Resource, job_path
from nightshift_cli.errors import CliError, field_error
from nightshift_cli.exit_codes import ExitCode
from nightshift_cli.options import IdempotencyKey, Json, Watch
from nightshift_cli.output import print_json
from nightshift_cli.params import read_text
from nightshift_cli.session import api_of
from nightshift_cli.watching import follow


def batch(
    context: typer.Context,
    file: Annotated[str, typer.Argument(help="Jobs as JSON: a list, {'jobs': […]}, or one a line; - is stdin.")],
    idempotency_key: IdempotencyKey = None,
    wait: Watch = False,
    as_json: Json = False,
) -> None:
    """Make up to 50 jobs at once.

    Prints the batch's id, then the jobs'. Members that the API refuses are named on stderr, the others
    are made, and the exit code is 1.
    """
    api = api_of(context)
    made = api.post("/jobs/batch/trigger", _request(read_text(file), file), idempotency_key)
    for member in made["rejected"]:
        told = "; ".join(field_error(part) for part in member["errors"])
        typer.echo(f"nightshift: job {member['index']} of {file}: {told}", err=True)
    if not as_json:
        print(made["batch_id"], *made["job_ids"], sep="\n", flush=True)
    if wait and made["job_ids"]:
        jobs = [api.get(job_path(job_id), view="current") for job_id in made["job_ids"]]
        _follow(api, jobs, as_json, bool(made["rejected"]))
    if as_json:
        print_json(made)
    if made["rejected"]:
        raise typer.Exit(ExitCode.FAILED)


def _follow(api: Api, jobs: list[Resource], as_json: bool, some_rejected: bool) -> None:
    try:
        follow(api, jobs, as_json)
    except typer.Exit as end:
        raise typer.Exit(ExitCode.FAILED if some_rejected else end.exit_code) from None


def _request(text: str, file: str) -> Any:
    try:
        value = json.loads(text)
    except ValueError as error:
        lines = [line for line in text.splitlines() if line.strip()]
        if len(lines) < 2:
            raise CliError(f"{file} is no JSON: {error}.") from error
        return {"jobs": [_job(line, number, file) for number, line in enumerate(lines, start=1)]}
    if isinstance(value, dict):
        return value if "jobs" in value else {"jobs": [value]}
    return {"jobs": value}


def _job(line: str, number: int, file: str) -> Any:
    try:
        return json.loads(line)
    except ValueError as error:
        raise CliError(f"{file}, job {number}, is no JSON: {error}.") from error
