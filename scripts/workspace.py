"""Where things are in a clone, and the environment that tools run in."""

import os
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
LOCAL = ROOT / ".local"
LOGS = LOCAL / "logs"
IMAGES = ROOT / "images.json"
IMAGE_CACHE = LOCAL / "image-cache"
DEV_PYTHON = LOCAL / "venv" / "bin" / "python"
EMULATOR_PYTHON = LOCAL / "emulator" / "bin" / "python"
SAM = LOCAL / "sam" / "bin" / "sam"
REGION = "us-east-1"


@dataclass(frozen=True, slots=True)
class Instance:
    """One emulator: the user's own, or a test run's. All it keeps is in ``directory``."""

    directory: Path
    port: int

    @property
    def endpoint(self) -> str:
        return f"http://127.0.0.1:{self.port}"


def saved(instance: Instance) -> Path:
    """Where what outlives the emulator is kept."""
    return instance.directory.parent / "state"


def tool_environment(instance: Instance) -> dict[str, str]:
    """The environment of SAM CLI against the emulator: nothing of an AWS account the user may have."""
    foreign = ("AWS_", "SAM_CLI_", "PYTHON")
    return {name: value for name, value in os.environ.items() if not name.startswith(foreign)} | {
        "AWS_ENDPOINT_URL": instance.endpoint,
        "AWS_ACCESS_KEY_ID": "test",
        "AWS_SECRET_ACCESS_KEY": "test",
        "AWS_DEFAULT_REGION": REGION,
        "AWS_EC2_METADATA_DISABLED": "true",
        "SAM_CLI_TELEMETRY": "0",
        "SAM_CLI_POLL_DELAY": "0.2",
        # `sam build` looks for a python3.13 with pip on PATH; the one in SAM's environment is both.
        "PATH": f"{SAM.parent}{os.pathsep}{os.environ.get('PATH', os.defpath)}",
    }
