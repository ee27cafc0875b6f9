"""How long the API function takes to load, beside the least that such a function loads."""

import os
import subprocess
import tempfile
from pathlib import Path

from scripts.build import BUILT_TEMPLATE
from scripts.workspace import DEV_PYTHON, REGION

ROUNDS = 9
_BUILT = BUILT_TEMPLATE.parent
# As in Lambda: the task's own folder, then the layers; boto3 is the runtime's.
_FOLDERS = [_BUILT / "ApiFunction", _BUILT / "DependenciesLayer" / "python", _BUILT / "NightshiftLayer" / "python"]

# Both make the DynamoDB client that their first request needs.
OURS = """
import app
from nightshift.clients import dynamodb
dynamodb()
"""
FLOOR = """
import boto3
boto3.client("dynamodb")
from aws_lambda_powertools.event_handler import APIGatewayRestResolver
APIGatewayRestResolver(enable_validation=True)
"""
_TIMED = "import time\nstarted = time.perf_counter()\n{}\nprint(time.perf_counter() - started)"


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
            ours.append(_seconds(OURS, environment, Path(compiled)))
            floor.append(_seconds(FLOOR, environment, Path(compiled)))
    return ours[1:], floor[1:]  # the first of each compiled


def _seconds(code: str, environment: dict[str, str], directory: Path) -> float:
    command = [str(DEV_PYTHON), "-c", _TIMED.format(code)]
    done = subprocess.run(command, env=environment, cwd=directory, capture_output=True, text=True, check=True)
    return float(done.stdout)
