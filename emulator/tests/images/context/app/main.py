"""The handlers of the test image."""

import os
import sys
from pathlib import Path

import humanize

VERSION = 1


def handler(event, context):
    return {
        "greeting": f"{os.environ['GREETING']} {os.environ['PLACE']}",
        "humanize": humanize.__file__,
        "files": sorted(
            str(path) for path in Path("/var/task").rglob("*") if "__pycache__" not in path.parts
        ),
        "task_root": os.environ["LAMBDA_TASK_ROOT"],
        "executable": sys.executable,
        "version": VERSION,
        "build_seconds": os.environ.get("DOCKERLESS_BUILD_SECONDS"),
    }


def other(event, context):
    return "other"
