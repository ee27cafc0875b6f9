"""What `make images` asks of Docker."""

import pytest

from scripts.images import Image, images
from scripts.tools import Failed
from scripts.workspace import ROOT


def test_every_image_function_has_an_image_that_can_be_built() -> None:
    found = {image.dockerfile for image in images([])}
    assert found == {str(path.relative_to(ROOT)) for path in ROOT.glob("functions/*/Dockerfile")}


def test_one_can_be_chosen() -> None:
    (chosen,) = images(["storyteller"])
    assert chosen.tag == "nightshift/storyteller"


def test_one_that_is_not_there_is_refused() -> None:
    with pytest.raises(Failed, match="no storyteler, only storyteller"):
        images(["storyteler"])


def test_base_and_platform_are_awss_and_this_machines_unless_told_otherwise() -> None:
    image = Image("nightshift/x", ".", "functions/x/Dockerfile")
    plain = ["docker", "build", "--tag", "nightshift/x", "--file", "functions/x/Dockerfile"]
    assert image.command(None, None) == [*plain, "."]
    told = ["--build-arg", "BASE_IMAGE=base:1", "--platform", "linux/arm64"]
    assert image.command("base:1", "linux/arm64") == [*plain, *told, "."]
