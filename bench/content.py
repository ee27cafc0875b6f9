"""The content programs: how long they take to start, to write and to judge; and the image functions they run in."""

import base64
import json
import os
import re
import subprocess
import time
from pathlib import Path
from typing import Any

from botocore.config import Config

from bench.figures import Aim, Figure, spread
from scripts.stack import Stack, client_options, session
from scripts.workspace import DEV_PYTHON, ROOT

ROUNDS = 11
WARM_ROUNDS = 20
BUILD_SECONDS = 600
_LOADS = Path(__file__).parent / "load"
_PROGRAMS = ("storyteller", "adstudio", "newsroom")
_PACKAGES = (
    *(f"functions/{program}" for program in _PROGRAMS),
    *("layers/nightshift", "layers/llm", "layers/commandline"),
)
_REPORTED = re.compile(r"\t(?:Init )?Duration: ([\d.]+) ms")

HELP = Aim(0.3, "s", "Python's own start and argparse; commands import what they need when they run.")
STORY = Aim(0.05, "s", "Filling and laying out every passage of the template before some are chosen.")
AD = Aim(3, "s", "Drawing the scene, and encoding three PNGs.")
PLANNER = Aim(0.1, "s", "An integral image of the mask, and sorting 160 000 rectangles.")
VERDICT = Aim(0.2, "s", "Ten thousand pairs of 4096 bits, in Python.")


def program_figures() -> list[Figure]:
    """What needs no stack."""
    measured = _measured("content.py")
    return [
        *(spread(f"{name} --help", [_help_seconds(name) for _ in range(ROUNDS)], HELP) for name in _PROGRAMS),
        spread("offline story, 3 000 characters", measured["story"], STORY),
        spread("verdict among 10 000 items", measured["verdict"], VERDICT),
        *_ad_figures(),
    ]


def _ad_figures() -> list[Figure]:
    """CPU time for an image of 1024 x 768, by stage and in all, without the start of the stages' processes."""
    stages: dict[str, list[float]] = _measured("ads.py")
    aims = {"planner": PLANNER}
    whole = [sum(rounds) for rounds in zip(*stages.values(), strict=True)]
    return [
        *(spread(f"ad 1024 x 768, {stage}", seconds, aims.get(stage)) for stage, seconds in stages.items()),
        spread("ad 1024 x 768, all stages", whole, AD),
    ]


def _measured(load: str) -> Any:
    """What a program of ``load`` prints."""
    done = subprocess.run([DEV_PYTHON, _LOADS / load], env=_environment(), capture_output=True, text=True, check=True)
    return json.loads(done.stdout)


def image_figures(stack: Stack) -> list[Figure]:
    """The image functions of a fresh stack, called with what they refuse at once: the start of no program is in it."""
    return [figure for program in _PROGRAMS for figure in _image_figures(stack, program)]


def _image_figures(stack: Stack, program: str) -> list[Figure]:
    """The first call is the cold one, of which Lambda's report tells: the caller may have waited for a build too."""
    patient = Config(read_timeout=BUILD_SECONDS, retries={"total_max_attempts": 1})
    function = session().client("lambda", **client_options(stack.instance) | {"config": patient})
    name = stack.function_name(f"{program.capitalize()}Function")
    report = base64.b64decode(function.invoke(FunctionName=name, Payload=b"{}", LogType="Tail")["LogResult"]).decode()
    cold = sum(float(duration) for duration in _REPORTED.findall(report)) / 1000
    seconds = []
    for _ in range(WARM_ROUNDS):
        began = time.perf_counter()
        function.invoke(FunctionName=name, Payload=b"{}")
        seconds.append(time.perf_counter() - began)
    return [
        Figure(f"{program} image function, cold", f"{1000 * cold:.0f} ms   n=1", cold),
        spread(f"{program} image function, warm", seconds),
    ]


def _help_seconds(program: str) -> float:
    began = time.perf_counter()
    subprocess.run([DEV_PYTHON, "-m", program, "--help"], env=_environment(), capture_output=True, check=True)
    return time.perf_counter() - began


def _environment() -> dict[str, str]:
    paths = os.pathsep.join(str(ROOT / package) for package in _PACKAGES)
    return {"PYTHONPATH": paths, "PATH": os.environ["PATH"]}
