"""`make images`: builds the container images that images.json names, with Docker.

``BASE_IMAGE`` in the environment takes the place of AWS's base image in every Dockerfile, ``PLATFORM`` (linux/amd64 or
linux/arm64) that of this machine. Words on the command line choose among the images.
"""

import json
import os
import shutil
import sys
from dataclasses import dataclass

from scripts.tools import Failed, explained, run
from scripts.workspace import IMAGES

SECONDS_AT_MOST = 3600


@dataclass(frozen=True, slots=True)
class Image:
    """One entry of images.json."""

    tag: str
    context: str
    dockerfile: str

    def command(self, base_image: str | None, platform: str | None) -> list[str]:
        """What builds it."""
        chosen = ["--build-arg", f"BASE_IMAGE={base_image}"] if base_image else []
        chosen += ["--platform", platform] if platform else []
        return ["docker", "build", "--tag", self.tag, "--file", self.dockerfile, *chosen, self.context]


def images(wanted: list[str]) -> list[Image]:
    """The images whose names are wanted, all if none is.

    Raises:
        Failed: one of them is not in images.json.
    """
    known = {
        tag.rpartition("/")[2]: Image(tag, entry["context"], entry["dockerfile"])
        for tag, entry in json.loads(IMAGES.read_text()).items()
    }
    if unknown := [name for name in wanted if name not in known]:
        raise Failed(f"images.json has no {', '.join(unknown)}, only {', '.join(known)}")
    return [image for name, image in known.items() if not wanted or name in wanted]


def main() -> None:
    if shutil.which("docker") is None:
        raise Failed("there is no docker here; `make up` needs none, it runs the Dockerfiles' programs as processes")
    for image in images(sys.argv[1:]):
        command = image.command(os.environ.get("BASE_IMAGE"), os.environ.get("PLATFORM"))
        run(f"image-{image.tag.rpartition('/')[2]}", command, timeout=SECONDS_AT_MOST)
        print(f"  built       {image.tag}", flush=True)


if __name__ == "__main__":
    with explained("make images"):
        main()
