"""Starts and stops the emulator. What it is and can do: emulator/README.md."""

import os
import re
import socket
import subprocess
from pathlib import Path

from scripts.fingerprint import fingerprint
from scripts.tools import Failed, run
from scripts.workspace import EMULATOR_PYTHON, IMAGE_CACHE, IMAGES, LOCAL, ROOT, Instance

START_SECONDS = 90.0
STOP_SECONDS = 30.0
DEFAULT_PORT = 4566
RESTORED = "restored.stamp"  # the saved jobs are in the running emulator
EMULATOR = "emulator.stamp"  # the fingerprint of the emulator that was started
SOURCES = [ROOT / "emulator" / name for name in ("src", "pyproject.toml", "requirements.lock")]
# What `sam deploy` calls for template.yaml, roughly in that order.
PRELOAD = "s3,cloudformation,logs,iam,lambda,stepfunctions,sqs,events,kms,dynamodb,apigateway,cloudwatch,scheduler"
NOT_RUNNING = 3  # exit status of `dockerless status`


def start(instance: Instance) -> None:
    """Starts the emulator unless it runs already from the same directory.

    Raises:
        Failed: The port is taken, or it did not become ready.
    """
    _require_free(instance.port)
    for stamp in (RESTORED, EMULATOR):  # they speak of what the emulator before held and was
        (instance.directory / stamp).unlink(missing_ok=True)
    current = fingerprint(SOURCES)
    run(
        _log_name("start", instance),
        [
            *_launcher("start", instance.directory),
            *("--port", str(instance.port)),
            *("--images", IMAGES),
            *("--image-cache", IMAGE_CACHE),
            *("--env", f"DOCKERLESS_PRELOAD={PRELOAD}"),
        ],
        timeout=START_SECONDS,
    )
    (instance.directory / EMULATOR).write_text(current)


def is_outdated(instance: Instance) -> bool:
    """Whether the running emulator is another than the clone now has."""
    stamp = instance.directory / EMULATOR
    return not stamp.exists() or stamp.read_text() != fingerprint(SOURCES)


def stop(instance: Instance) -> None:
    """Stops the emulator and everything it started; nothing happens if it does not run."""
    run(_log_name("stop", instance), _launcher("stop", instance.directory), timeout=STOP_SECONDS)


def _require_free(port: int) -> None:
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)  # as servers do: closed connections do not count
        try:
            probe.bind(("127.0.0.1", port))
        except OSError as error:
            raise Failed(
                f"port {port} cannot be used ({error.strerror}); choose another: NIGHTSHIFT_PORT=4567 make up"
            ) from None


def users_instance() -> Instance:
    """The instance that `make up` and `make down` mean: the one that runs, else on the port NIGHTSHIFT_PORT.

    Raises:
        Failed: It runs, but on another port than asked for.
    """
    directory = LOCAL / "stack"
    chosen = os.environ.get("NIGHTSHIFT_PORT")
    running = running_port(directory)
    if chosen and running and int(chosen) != running:
        raise Failed(f"this clone's stack runs on port {running}; `make down` before it can move to {chosen}")
    return Instance(directory, running or int(chosen or DEFAULT_PORT))


def is_running(instance: Instance) -> bool:
    return running_port(instance.directory) is not None


def running_port(directory: Path) -> int | None:
    """The port of the emulator that runs from ``directory``, if one does."""
    if not EMULATOR_PYTHON.exists():
        return None
    command = _launcher("status", directory)
    status = subprocess.run(command, capture_output=True, text=True, timeout=STOP_SECONDS)
    if status.returncode == NOT_RUNNING:
        return None
    endpoint = re.search(r"http://127\.0\.0\.1:(\d+)", status.stdout)
    if status.returncode != 0 or endpoint is None:
        raise Failed(f"the emulator's status is unknown: {status.stdout} {status.stderr}")
    return int(endpoint[1])


def _launcher(command: str, directory: Path) -> list[str | Path]:
    return [EMULATOR_PYTHON, "-m", "dockerless", command, "--dir", directory]


def _log_name(action: str, instance: Instance) -> str:
    return f"emulator-{action}-{instance.directory.name}"
