"""Jobs that are made again and again."""

from itertools import islice
from typing import Annotated
from urllib.parse import quote

import typer

from nightshift_cli.api import Resource
from nightshift_cli.options import Json, Param, Params, Tag
from nightshift_cli.output import local_time, print_fields, print_json, print_table
from nightshift_cli.params import read_params
from nightshift_cli.session import api_of

app = typer.Typer(no_args_is_help=True, help="Jobs made again and again: create, list, update, pause, trigger, …")

ScheduleId = Annotated[str, typer.Argument(help="The schedule's id.")]


Cron = Annotated[str | None, typer.Option(metavar="CRON", help="Six fields as in EventBridge: '0 8 ? * MON-FRI *'.")]
Rate = Annotated[str | None, typer.Option(metavar="RATE", help="Instead of --cron, such as '1 hour'.")]
Zone = Annotated[str | None, typer.Option(metavar="ZONE", help="The IANA zone whose clocks --cron goes by.")]
Overlap = Annotated[
    str | None, typer.Option(metavar="skip|allow", help="What to do when due while the last job has not ended.")
]


@app.command()
def create(
    context: typer.Context,
    name: Annotated[str, typer.Argument(help="What to call it.")],
    job_type: Annotated[str, typer.Argument(metavar="TYPE", help="The type of its jobs.")],
    cron: Cron = None,
    rate: Rate = None,
    timezone: Zone = None,
    overlap: Overlap = None,
    param: Param = None,
    params: Params = None,
    tag: Tag = None,
    as_json: Json = False,
) -> None:
    """Make a schedule, and print its id."""
    job = {"type": job_type, "params": read_params(param, params)} | ({"tags": tag} if tag else {})
    request = {"name": name, "job": job} | _given(cron=cron, rate=rate, timezone=timezone, overlap=overlap)
    made = api_of(context).post("/schedules", request)
    if as_json:
        print_json(made)
    else:
        print(made["schedule_id"])


@app.command()
def update(
    context: typer.Context,
    schedule_id: ScheduleId,
    name: Annotated[str | None, typer.Option(metavar="NAME", help="Another name.")] = None,
    cron: Cron = None,
    rate: Rate = None,
    timezone: Zone = None,
    overlap: Overlap = None,
    as_json: Json = False,
) -> None:
    """Change a schedule: its times, its name."""
    changes = _given(name=name, cron=cron, rate=rate, timezone=timezone, overlap=overlap)
    _print(api_of(context).patch(_path(schedule_id), changes), as_json)


@app.command("list")
def list_schedules(
    context: typer.Context,
    limit: Annotated[int, typer.Option(min=1, help="How many at most.")] = 50,
    as_json: Json = False,
) -> None:
    """List schedules, the newest first."""
    found = list(islice(api_of(context).pages("/schedules", "schedules"), limit))
    if as_json:
        print_json(found)
    else:
        print_table(("SCHEDULE", "NAME", "TYPE", "TIMES", "NEXT"), map(_row, found))


@app.command()
def show(context: typer.Context, schedule_id: ScheduleId, as_json: Json = False) -> None:
    """Show a schedule."""
    _print(api_of(context).get(_path(schedule_id)), as_json)


@app.command()
def pause(context: typer.Context, schedule_id: ScheduleId, as_json: Json = False) -> None:
    """Make no jobs until it is resumed."""
    _print(api_of(context).patch(_path(schedule_id), {"enabled": False}), as_json)


@app.command()
def resume(context: typer.Context, schedule_id: ScheduleId, as_json: Json = False) -> None:
    """Make jobs again, from now on."""
    _print(api_of(context).patch(_path(schedule_id), {"enabled": True}), as_json)


@app.command()
def trigger(context: typer.Context, schedule_id: ScheduleId, as_json: Json = False) -> None:
    """Make one of its jobs now, and print the job's id."""
    job = api_of(context).post(f"{_path(schedule_id)}/trigger")
    if as_json:
        print_json(job)
    else:
        print(job["job_id"])


@app.command()
def delete(context: typer.Context, schedule_id: ScheduleId, as_json: Json = False) -> None:
    """Delete a schedule; the jobs that it made stay."""
    deleted = api_of(context).delete(_path(schedule_id))
    if as_json:
        print_json(deleted)
    else:
        print(deleted["message"])


def _given(**values: str | None) -> dict[str, str]:
    return {name: value for name, value in values.items() if value is not None}


def _path(schedule_id: str) -> str:
    return f"/schedules/{quote(schedule_id, safe='')}"


def _times(schedule: Resource) -> str:
    return f"{schedule['cron']} {schedule['timezone']}" if schedule["cron"] else f"every {schedule['rate']}"


def _row(schedule: Resource) -> tuple[object, ...]:
    following = local_time(schedule["next_trigger_at"]) if schedule["enabled"] else "paused"
    return schedule["schedule_id"], schedule["name"], schedule["job"]["type"], _times(schedule), following


def _print(schedule: Resource, as_json: bool) -> None:
    if as_json:
        print_json(schedule)
        return
    print_fields(
        {
            "schedule": schedule["schedule_id"],
            "name": schedule["name"],
            "times": _times(schedule),
            "next": local_time(schedule["next_trigger_at"]) if schedule["enabled"] else "paused",
            "last": local_time(schedule["last_trigger_at"]),
            "last job": schedule["last_job_id"],
            "overlap": schedule["overlap"],
            "job": schedule["job"],
        }
    )
