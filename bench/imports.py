"""How long the zip functions take to load, the API's beside the least that such a function loads."""

import os
import subprocess
import tempfile
from pathlib import Path

from scripts.build import BUILT_TEMPLATE
from scripts.workspace import DEV_PYTHON, REGION

ROUNDS = 11
_TIMED = Path(__file__).parent / "load" / "timed.py"
_BUILT = BUILT_TEMPLATE.parent
_LAYERS = [_BUILT / "DependenciesLayer" / "python", _BUILT / "NightshiftLayer" / "python"]


def time_imports() -> tuple[list[float], list[float]]:
    """Seconds of each fresh process, ours and the floor's, alternating; compiled files are there for both."""
    ours, floor = [], []
    with tempfile.TemporaryDirectory() as compiled:  # not into the folders that are deployed
        environment = _environment("ApiFunction", compiled)
        for _ in range(ROUNDS + 1):
            ours.append(_seconds("ours", environment))
            floor.append(_seconds("floor", environment))
    return ours[1:], floor[1:]  # the first of each compiled


def time_each_import() -> dict[str, list[float]]:
    """Seconds of fresh processes that load a function's module, by the function's logical id: what its init does."""
    seconds: dict[str, list[float]] = {}
    with tempfile.TemporaryDirectory() as compiled:
        for folder in sorted(_BUILT.glob("*Function")):
            environment = _environment(folder.name, compiled)
            seconds[folder.name] = [_seconds("app", environment) for _ in range(ROUNDS + 1)][1:]
    return seconds


def _environment(function: str, compiled: str) -> dict[str, str]:
    # As in Lambda: the task's own folder, then the layers; boto3 is the runtime's.
    return {
        "PYTHONPATH": os.pathsep.join(map(str, [_BUILT / function, *_LAYERS])),
        "PYTHONPYCACHEPREFIX": compiled,
        "AWS_DEFAULT_REGION": REGION,
        "AWS_ACCESS_KEY_ID": "test",
        "AWS_SECRET_ACCESS_KEY": "test",
        "POWERTOOLS_SERVICE_NAME": "nightshift",
        "POWERTOOLS_METRICS_NAMESPACE": "nightshift",
    }


def _seconds(module: str, environment: dict[str, str]) -> float:
    command = [str(DEV_PYTHON), str(_TIMED), module]
    done = subprocess.run(command, env=environment, capture_output=True, text=True, check=True)
    return float(done.stdout)
