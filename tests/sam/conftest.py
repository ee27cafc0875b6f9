"""Docker, the images, and SAM CLI over them. Without a Docker daemon there is nothing to try here."""

import os
import subprocess
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from scripts.images import SECONDS_AT_MOST, Image, images
from scripts.tools import run
from tests.sam.local import Sam, write_template
from tests.sam.relay import relay
from tests.stack.deployed import Deployed

BASE_IMAGE_SCRIPT = Path(__file__).with_name("base-image.sh")
STAND_IN = "nightshift/lambda-python:3.13"


@pytest.fixture(scope="session")
def gateway() -> str:
    """This machine's address on Docker's bridge."""
    command = ["docker", "network", "inspect", "bridge", "--format", "{{(index .IPAM.Config 0).Gateway}}"]
    try:
        return subprocess.run(command, check=True, capture_output=True, text=True, timeout=30).stdout.strip()
    except FileNotFoundError:
        pytest.skip("there is no docker command here")
    except subprocess.CalledProcessError as error:
        pytest.skip(f"no Docker daemon with a bridge answers: {error.stderr.strip()}")


@pytest.fixture(scope="session")
def base_image(gateway: str) -> str:
    """BASE_IMAGE, for example AWS's own; by default a stand-in, which needs no registry."""
    if chosen := os.environ.get("BASE_IMAGE"):
        return chosen
    run("base-image", [BASE_IMAGE_SCRIPT, STAND_IN], timeout=SECONDS_AT_MOST)
    return STAND_IN


@pytest.fixture(scope="session")
def worker_images(base_image: str) -> dict[str, Image]:
    """Every container image, built; by name."""

    def build(image: Image) -> tuple[str, Image]:
        name = image.tag.rpartition("/")[2]
        run(f"image-{name}", image.command(base_image, None), timeout=SECONDS_AT_MOST)
        return name, image

    with ThreadPoolExecutor() as pool:
        return dict(pool.map(build, images([])))


@pytest.fixture(scope="session")
def endpoint(gateway: str, stack: Deployed) -> Iterator[str]:
    """Where containers reach the stack."""
    with relay(gateway, stack.port) as url:
        yield url


@pytest.fixture(scope="session")
def sam(endpoint: str, base_image: str, worker_images: dict[str, Image], stack: Deployed) -> Sam:
    return Sam(stack, write_template(stack, endpoint, worker_images), base_image)
