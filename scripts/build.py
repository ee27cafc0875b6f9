"""`sam build`, and the tags of the container images."""

import json

from scripts.fingerprint import fingerprint
from scripts.tools import run, step
from scripts.workspace import IMAGES, LOCAL, ROOT, SAM, Instance, tool_environment

BUILT_TEMPLATE = ROOT / ".aws-sam" / "build" / "template.yaml"
STAMP = LOCAL / "build.stamp"
BUILD_SECONDS = 300.0

# What ends up in the zip functions, the layers or the deployed template.
INPUTS = [
    ROOT / name for name in ("template.yaml", "samconfig.toml", "statemachines", "layers", "functions", "console")
]


def build(instance: Instance) -> str:
    """Runs `sam build` when an input has changed.

    Returns:
        The fingerprint of everything that is to be deployed, images included.
    """
    current = fingerprint(INPUTS)
    if BUILT_TEMPLATE.exists() and STAMP.exists() and STAMP.read_text() == current:
        return current
    STAMP.unlink(missing_ok=True)
    with step("built", "functions and layers"):
        run(
            "sam-build",
            [SAM, "build", "--cached", "--parallel", "--config-env", "local"],
            timeout=BUILD_SECONDS,
            env=tool_environment(instance),
        )
    STAMP.write_text(current)
    return current


def image_uris() -> dict[str, str]:
    """Image repository → URI. The tag is the content's hash, so that CloudFormation sees a changed image."""
    uris = {}
    for repository, image in json.loads(IMAGES.read_text()).items():
        dockerfile = IMAGES.parent / image["context"] / image["dockerfile"]
        tag = fingerprint([dockerfile.parent, ROOT / "layers"])
        uris[repository] = f"{repository}:{tag}"
    return uris
