"""Starts and stops the emulator. What it is and can do: emulator/README.md."""

import subprocess
from pathlib import Path

from scripts.tools import Failed, run
from scripts.workspace import EMULATOR_PYTHON, IMAGE_CACHE, IMAGES, Instance

START_SECONDS = 90.0
STOP_SECONDS = 30.0


def start(instance: Instance) -> None:
    """Starts the emulator unless it runs already from the same directory.

    Raises:
        Failed: The port is taken, or it did not become ready.
    """
    run(
        _log_name("start", instance),
        [
            *_launcher("start", instance),
            *("--port", str(instance.port)),
            *("--images", IMAGES),
            *("--image-cache", IMAGE_CACHE),
        ],
        timeout=START_SECONDS,
    )


def stop(instance: Instance) -> None:
    """Stops the emulator and everything it started; nothing happens if it does not run."""
    run(_log_name("stop", instance), _launcher("stop", instance), timeout=STOP_SECONDS)


def is_running(instance: Instance) -> bool:
    if not EMULATOR_PYTHON.exists():
        return False
    status = subprocess.run(
        _launcher("status", instance), capture_output=True, text=True, timeout=STOP_SECONDS
    )
    if status.returncode not in (0, 3):
        raise Failed(f"the emulator's status is unknown:\n{status.stderr}")
    return status.returncode == 0


def _launcher(command: str, instance: Instance) -> list[str | Path]:
    return [EMULATOR_PYTHON, "-m", "dockerless", command, "--dir", instance.directory]


def _log_name(action: str, instance: Instance) -> str:
    return f"emulator-{action}-{instance.directory.name}"
