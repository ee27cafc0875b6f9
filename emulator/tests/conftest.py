"""An instance of the emulator for all tests that need one, started by its own launcher."""

import shutil
import socket
import subprocess
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import boto3
import pytest
from botocore.config import Config

CONTEXT = Path(__file__).parent / "images" / "context"


@dataclass(frozen=True)
class Launched:
    """A started instance."""

    directory: Path
    port: int

    @property
    def endpoint(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def client(self, service: str) -> Any:
        """Return a client that reports the first failure instead of trying again."""
        return boto3.client(
            service,
            endpoint_url=self.endpoint,
            region_name="us-east-1",
            aws_access_key_id="test",
            aws_secret_access_key="test",
            config=Config(retries={"max_attempts": 0}, read_timeout=60),
        )


def launcher(*arguments: object) -> subprocess.CompletedProcess[str]:
    """Run a command of the launcher."""
    command = [sys.executable, "-m", "dockerless", *map(str, arguments)]
    return subprocess.run(command, capture_output=True, text=True, check=False, timeout=120)


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@pytest.fixture(scope="session")
def image_cache(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("cache")


@pytest.fixture(scope="session")
def launch(image_cache: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Callable[..., Launched]]:
    """Start an instance with the given launcher options; it is stopped at the end of the session."""
    directories: list[Path] = []

    def start(*options: object) -> Launched:
        directory, port = tmp_path_factory.mktemp("instance"), free_port()
        directories.append(directory)
        cache = ("--image-cache", image_cache)
        done = launcher("start", "--dir", directory, "--port", port, *cache, *options)
        assert done.returncode == 0, done.stderr
        return Launched(directory, port)

    yield start
    for directory in directories:
        launcher("stop", "--dir", directory)


@pytest.fixture(scope="session")
def instance(launch: Callable[..., Launched], image_context: Path) -> Launched:
    """The instance that tests share."""
    return launch("--images", image_context / "images.json")


@pytest.fixture(scope="session")
def endpoint(instance: Launched) -> str:
    return instance.endpoint


@pytest.fixture(scope="session")
def image_context(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A copy of the build context of the test image, for tests to change."""
    folder = tmp_path_factory.mktemp("images") / "context"
    return Path(shutil.copytree(CONTEXT, folder))
