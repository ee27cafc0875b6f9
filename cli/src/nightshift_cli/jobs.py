"""Jobs: make, list, show, cancel, run again."""

from itertools import islice
from typing import Annotated

import typer

from nightshift_cli.api import Resource, job_path
from nightshift_cli.completion import statuses
from nightshift_cli.errors import CliError
from nightshift_cli.options import IdempotencyKey, JobId, JobIds, Json, Param, Params, Tag, Watch
from nightshift_cli.output import local_time, plain, print_fields, print_json, print_table
from nightshift_cli.params import read_params
from nightshift_cli.session import api_of
from nightshift_cli.watching import follow

_PAGE_AT_MOST = 200


def submit(
    context: typer.Context,
    job_type: Annotated[str, typer.Argument(metavar="TYPE", help="story, research, article, ad or probe.")],
    param: Param = None,
    params: Params = None,
    priority: Annotated[int | None, typer.Option(help="0 to 100; higher goes first.")] = None,
    run_at: Annotated[str | None, typer.Option(help="Not before this time, as in 2026-01-31T09:30:00Z.")] = None,
    tag: Tag = None,
    max_attempts: Annotated[int | None, typer.Option(help="Attempts in all, 1 to 10.")] = None,
    timeout_seconds: Annotated[int | None, typer.Option(help="Bound of each invocation of the worker.")] = None,
    webhook: Annotated[str | None, typer.Option(metavar="URL", help="Is told how the job ended.")] = None,
    idempotency_key: IdempotencyKey = None,
    wait: Watch = False,
    as_json: Json = False,
) -> None:
    """Make a job, and print its id."""
    api = api_of(context)
    request = {
        "type": job_type,
        "params": read_params(param, params),
        "priority": priority,
        "run_at": run_at,
        "tags": tag,
        "max_attempts": max_attempts,
        "timeout_seconds": timeout_seconds,
        "webhook": {"url": webhook} if webhook else None,
    }
    given = {name: value for name, value in request.items() if value is not None}
    job = api.post("/jobs", given, idempotency_key)
    if wait:
        follow(api, [job], as_json)
    if as_json:
        print_json(job)
    else:
        print(job["job_id"])


def list_jobs(
    context: typer.Context,
    status: Annotated[
        str | None, typer.Option(help="Only jobs in this state, such as RUNNING.", autocompletion=statuses)
    ] = None,
    job_type: Annotated[str | None, typer.Option("--type", help="Only jobs of this type.")] = None,
    tag: Annotated[str | None, typer.Option(help="Only jobs with this tag.")] = None,
    batch: Annotated[str | None, typer.Option(metavar="ID", help="Only jobs of this batch.")] = None,
    created_after: Annotated[str | None, typer.Option(help="As in 2026-01-31T09:30:00Z.")] = None,
    created_before: Annotated[str | None, typer.Option(help="As in 2026-01-31T09:30:00Z.")] = None,
    limit: Annotated[int, typer.Option(min=1, help="How many at most.")] = 20,
    as_json: Json = False,
) -> None:
    """List jobs, the newest first."""
    query = {
        "status": status,
        "type": job_type,
        "tag": tag,
        "batch_id": batch,
        "created_after": created_after,
        "created_before": created_before,
        "limit": min(limit, _PAGE_AT_MOST),
        "view": "current",
    }
    jobs = list(islice(api_of(context).pages("/jobs", "jobs", **query), limit))
    if as_json:
        print_json(jobs)
    else:
        print_table(("JOB", "TYPE", "STATUS", "PROGRESS", "CREATED", "TAGS"), map(_row, jobs))


def show(context: typer.Context, job_id: JobId, as_json: Json = False) -> None:
    """Show a job as it is now."""
    job = api_of(context).get(job_path(job_id), view="current")
    if as_json:
        print_json(job)
    else:
        print_fields(_fields(job))


def cancel(context: typer.Context, job_ids: JobIds, as_json: Json = False) -> None:
    """Cancel jobs.

    Those that wait end at once, those that run within seconds.
    """
    _each(context, job_ids, "cancel", None, as_json)


def retry(
    context: typer.Context,
    job_ids: JobIds,
    from_step: Annotated[str | None, typer.Option(help="Begin with this step; default where it failed.")] = None,
    as_json: Json = False,
) -> None:
    """Run ended jobs again."""
    _each(context, job_ids, "retry", {"from_step": from_step} if from_step else None, as_json)


def _each(context: typer.Context, job_ids: list[str], action: str, body: Resource | None, as_json: bool) -> None:
    """What the API refuses for one job does not keep the others from it."""
    api = api_of(context)
    done: list[Resource] = []
    refused: CliError | None = None
    for job_id in job_ids:
        try:
            done.append(api.post(f"{job_path(job_id)}/{action}?view=current", body))
        except CliError as error:
            typer.echo(f"nightshift: {plain(str(error))}", err=True)
            refused = refused or error
    if as_json:
        print_json(done)
    else:
        for job in done:
            print(job["job_id"], job["status"])
    if refused:
        raise typer.Exit(refused.code)


def _row(job: Resource) -> tuple[object, ...]:
    progress = job["progress"]
    percent = f"{progress['percent']} %" if progress and job["status"] == "RUNNING" else None
    return job["job_id"], job["type"], job["status"], percent, local_time(job["created_at"]), job["tags"]


def _fields(job: Resource) -> Resource:
    progress, error = job["progress"], job["error"]
    return {
        "job": job["job_id"],
        "type": job["type"],
        "status": job["status"],
        "progress": f"{progress['percent']} % {progress['message']}" if progress else None,
        "step": f"{job['current_step']}: {job['step_status']}" if job["current_step"] else None,
        "attempts": f"{job['attempts']} of {job['max_attempts']}",
        "error": f"{error['code']}: {error['message']}" if error else None,
        "exit code": job["exit_code"],
        "created": local_time(job["created_at"]),
        "not before": local_time(job["next_attempt_at"] or job["run_at"]),
        "started": local_time(job["started_at"]),
        "finished": local_time(job["finished_at"]),
        "priority": job["priority"],
        "tags": job["tags"],
        "batch": job["batch_id"],
        "schedule": job["schedule_id"],
        "params": job["params"],
        "artifacts": [artifact["name"] for artifact in job["artifacts"]],
    }
