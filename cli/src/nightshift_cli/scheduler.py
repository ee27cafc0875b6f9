"""The scheduler: what runs and waits, and whether it claims jobs at all."""

import typer

from nightshift_cli.api import Resource
from nightshift_cli.options import Json
from nightshift_cli.output import local_time, print_fields, print_json
from nightshift_cli.session import api_of

app = typer.Typer(no_args_is_help=True, help="The scheduler: status, start, stop.")


@app.command()
def status(context: typer.Context, as_json: Json = False) -> None:
    """Show what runs, what waits and what was done."""
    found = api_of(context).get("/scheduler/status")
    if as_json:
        print_json(found)
        return
    more = " or more" if found["capped"] else ""
    print_fields(
        {
            "scheduler": _state(found),
            "running": found["running_job_ids"] or "none",
            "queued": f"{found['queue_length']}{more}",
            "scheduled": f"{found['scheduled_count']}{more}",
            "next": [f"{job['job_id']} {local_time(job['due_at'])}" for job in found["scheduled_next"][:1]],
            "done": ", ".join(f"{name} {count}" for name, count in found["cumulative_stats"].items()),
        }
    )


@app.command()
def start(context: typer.Context, as_json: Json = False) -> None:
    """Claim jobs from the queue. Needs a key of scope admin."""
    _print(api_of(context).post("/scheduler/start"), as_json)


@app.command()
def stop(context: typer.Context, as_json: Json = False) -> None:
    """Claim no more jobs; those that run finish. Needs a key of scope admin."""
    _print(api_of(context).post("/scheduler/stop"), as_json)


def _state(found: Resource) -> str:
    if found["scheduler_running"]:
        return "running"
    return "draining" if found.get("draining") else "stopped"


def _print(found: Resource, as_json: bool) -> None:
    if as_json:
        print_json(found)
    else:
        print(_state(found))
