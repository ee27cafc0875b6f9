"""What the shell offers when Tab is pressed."""

import typer

from nightshift_cli.api import Api
from nightshift_cli.errors import CliError
from nightshift_cli.exit_codes import BY_STATUS
from nightshift_cli.settings import find_settings

_JOBS = 50
# Who presses Tab does not wait for long.
_TIMEOUT_SECONDS = 2
_STATUSES = ("SCHEDULED", "QUEUED", "WAITING", "RUNNING", *BY_STATUS)


def statuses(incomplete: str) -> list[str]:
    return [status for status in _STATUSES if status.startswith(incomplete.upper())]


def job_ids(context: typer.Context, incomplete: str) -> list[tuple[str, str]]:
    """The newest jobs, with what they are; none if the API cannot be asked."""
    given = context.find_root().params
    try:
        api = Api(find_settings(given.get("url"), given.get("key")), timeout_seconds=_TIMEOUT_SECONDS)
        jobs = api.get("/jobs", limit=_JOBS, view="current")["jobs"]
    except CliError:
        return []
    return [(job["job_id"], f"{job['type']} {job['status']}") for job in jobs if job["job_id"].startswith(incomplete)]
