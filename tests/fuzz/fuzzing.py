"""Asks a deployed API, by its own OpenAPI document, for what nobody thought of; ``make fuzz`` does so for long."""

import subprocess
import sys
from pathlib import Path

import httpx

from nightshift.job_types import JOB_TYPES
from scripts.instances import own_instance
from scripts.openapi.build import DOCUMENT
from scripts.stack import Stack
from scripts.tools import explained
from scripts.up import bring_up
from scripts.workspace import LOCAL

SCHEMATHESIS = Path(sys.executable).with_name("schemathesis")
CONFIGURATION = Path(__file__).with_name("schemathesis.toml")
# The phases before the fuzzing ask each of their questions once, however little time there is.
STARTS_AND_ENDS_WITHIN_SECONDS = 240


def fuzz(stack: Stack, seconds: int, seed: int | None = None) -> subprocess.CompletedProcess[str]:
    """Fuzz for about so long, in a process of its own; its return code is 0 if the API kept all its promises.

    The jobs that this makes are not run: the API alone is asked, and the machine has other work. The same ``seed``
    asks the same again, as far as it gets; without one it is another each time.
    """
    with httpx.Client(base_url=stack.api_url, headers=stack.api_headers) as api:
        api.patch("/scheduler/config", json={"type_limits": dict.fromkeys(JOB_TYPES, 0)}).raise_for_status()
        api.post("/scheduler/stop").raise_for_status()
    command: list[str | Path] = [SCHEMATHESIS, "--config-file", CONFIGURATION, "--no-color", "run", DOCUMENT]
    options = [
        "--url",
        stack.api_url,
        "--max-time",
        str(seconds),
        "--max-examples",
        "5",
        "--generation-database",
        "none",
        *(["--seed", str(seed)] if seed is not None else []),
    ]
    headers = [part for name, value in stack.api_headers.items() for part in ("--header", f"{name}: {value}")]
    return subprocess.run(
        [*command, *options, *headers],
        capture_output=True,
        text=True,
        timeout=seconds + STARTS_AND_ENDS_WITHIN_SECONDS,
        cwd=LOCAL,  # it keeps what it found where it is
        check=False,
    )


def main(seconds: int) -> int:
    with own_instance() as instance:
        fuzzed = fuzz(bring_up(instance, require_keys=True), seconds)
    print(fuzzed.stdout, fuzzed.stderr)
    return fuzzed.returncode


if __name__ == "__main__":
    with explained("make fuzz"):
        sys.exit(main(int(sys.argv[1])))
