"""Arguments and options that several commands take."""

from typing import Annotated

import typer

from nightshift_cli.completion import job_ids

JobId = Annotated[str, typer.Argument(help="The job's id.", autocompletion=job_ids)]
JobIds = Annotated[list[str], typer.Argument(help="Ids of jobs.", autocompletion=job_ids)]
Json = Annotated[bool, typer.Option("--json", help="Print what the API answered, as JSON.")]
Watch = Annotated[bool, typer.Option("--watch", "-w", help="Follow until the end, and exit by how it ended.")]
Param = Annotated[
    list[str] | None,
    typer.Option(
        "--param",
        "-p",
        metavar="NAME=VALUE",
        help="A parameter of the job, as often as needed. A value that is JSON is taken as such, else as text; "
        "a dot reaches into an object: planner.max_proposals=3.",
    ),
]
Params = Annotated[
    str | None, typer.Option(metavar="JSON", help="All parameters as one object, or @FILE to read it from.")
]
Tag = Annotated[
    list[str] | None, typer.Option("--tag", metavar="TAG", help="A word to find the job by, as often as needed.")
]
IdempotencyKey = Annotated[
    str | None, typer.Option(metavar="KEY", help="However often it is sent with the same key, it is made once.")
]
