"""The first API key of a local stack: every other one is made with it, through the API."""

import os
from pathlib import Path

import httpx

from scripts.stack import Stack
from scripts.tools import run, step
from scripts.workspace import DEV_PYTHON, saved, tool_environment

_SECONDS = 60.0


def first_key(stack: Stack) -> str:
    """An administrator's key of the stack, made if there is none that works.

    It is kept beside the saved jobs, with which the tenants and their keys come back.
    """
    file = saved(stack.instance) / "api-key"
    if file.exists() and _works(stack, file.read_text().strip()):
        return file.read_text().strip()
    with step("made", "an API key of scope admin"):
        command: list[str | Path] = [DEV_PYTHON, "-m", "scripts.admin_key", "--table", stack.table_name, "--out", file]
        run("admin-key", command, timeout=_SECONDS, env=tool_environment(stack.instance))
    return file.read_text().strip()


def write_secret(file: Path, secret: str) -> None:
    """Readable by nobody but the user, from its first byte on."""
    file.parent.mkdir(parents=True, exist_ok=True)
    file.unlink(missing_ok=True)
    with os.fdopen(os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as out:
        out.write(f"{secret}\n")


def _works(stack: Stack, key: str) -> bool:
    response = httpx.get(f"{stack.api_url}/scheduler/status", headers={"x-api-key": key}, timeout=_SECONDS)
    return response.status_code == httpx.codes.OK
