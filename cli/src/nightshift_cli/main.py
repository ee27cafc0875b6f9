"""The program ``nightshift``: its commands, and how it ends."""

import sys
from typing import Annotated

import typer

from nightshift_cli import batches, files, jobs, scheduler, schedules, watching
from nightshift_cli.errors import CliError
from nightshift_cli.output import plain
from nightshift_cli.session import Session

app = typer.Typer(
    name="nightshift",
    no_args_is_help=True,
    # Plain help: rich would take half of the time in which it is shown.
    rich_markup_mode=None,
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},
)
app.command()(jobs.submit)
app.command("list")(jobs.list_jobs)
app.command()(jobs.show)
app.command()(watching.watch)
app.command()(files.logs)
app.command()(files.artifacts)
app.command()(jobs.cancel)
app.command()(jobs.retry)
app.command()(batches.batch)
app.add_typer(schedules.app, name="schedule")
app.add_typer(scheduler.app, name="scheduler")


def _show_version(asked: bool) -> None:
    if asked:
        from importlib.metadata import version

        print(version("nightshift-cli"))
        raise typer.Exit


@app.callback()
def options(
    context: typer.Context,
    url: Annotated[str | None, typer.Option(envvar="NIGHTSHIFT_API_URL", help="The API's base URL.")] = None,
    key: Annotated[
        str | None,
        typer.Option(envvar="NIGHTSHIFT_API_KEY", help="An API key; from the environment, others cannot see it."),
    ] = None,
    version: Annotated[
        bool, typer.Option("--version", callback=_show_version, is_eager=True, help="Show the version and exit.")
    ] = False,
) -> None:
    """Nightshift from the terminal.

    Without --url and --key, the local stack of the clone is asked in which, or below which, the command is run.

    Exit codes: 0 done; 1 a job FAILED, or not all could be done; 2 wrong usage; 3 refused by the API; 4 not found; 5 no
    key, or not enough of one; 6 the API cannot be reached or is overloaded; 7 the job was CANCELLED; 8 it was SKIPPED;
    130 interrupted.
    """
    context.obj = Session(url, key)


def main(arguments: list[str] | None = None) -> None:
    """Run one command.

    Raises:
        SystemExit: always, with an ExitCode.
    """
    try:
        app(arguments, prog_name="nightshift")
    except CliError as error:
        print(f"nightshift: {plain(str(error))}", file=sys.stderr)
        raise SystemExit(error.code) from None
