"""How long the API function takes to load, beside the least that such a function loads."""

import os
import subprocess
import tempfile
from pathlib import Path

from scripts.build import BUILT_TEMPLATE
from scripts.workspace import DEV_PYTHON, REGION

ROUNDS = 11
_TIMED = Path(__file__).parent / "load" / "timed.py"
_BUILT = BUILT_TEMPLATE.parent
# As in Lambda: the task's own folder, then the layers; boto3 is the runtime's.
_FOLDERS = [_BUILT / "ApiFunction", _BUILT / "DependenciesLayer" / "python", _BUILT / "NightshiftLayer" / "python"]


def time_imports() -> tuple[list[float], list[float]]:
    """Seconds of each fresh process, ours and the floor's, alternating; compiled files are there for both."""
    ours, floor = [], []
    with tempfile.TemporaryDirectory() as compiled:  # not into the folders that are deployed
        environment = {
            "PYTHONPATH": os.pathsep.join(map(str, _FOLDERS)),
            "PYTHONPYCACHEPREFIX": compiled,
            "AWS_DEFAULT_REGION": REGION,
            "AWS_ACCESS_KEY_ID": "test",
            "AWS_SECRET_ACCESS_KEY": "test",
            "POWERTOOLS_SERVICE_NAME": "nightshift",
        }
        for _ in range(ROUNDS + 1):
            ours.append(_seconds("ours", environment))
            floor.append(_seconds("floor", environment))
    return ours[1:], floor[1:]  # the first of each compiled


def _seconds(module: str, environment: dict[str, str]) -> float:
    command = [str(DEV_PYTHON), str(_TIMED), module]
    done = subprocess.run(command, env=environment, capture_output=True, text=True, check=True)
    return float(done.stdout)
