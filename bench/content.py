"""The content programs: how long they take to start, to write and to judge; and the image function they run in."""

import json
import os
import subprocess
import time
from pathlib import Path
from typing import Any

from bench.figures import Aim, Figure, spread
from scripts.stack import Stack, client_options, session
from scripts.workspace import DEV_PYTHON, ROOT

ROUNDS = 11
WARM_ROUNDS = 20
_LOADS = Path(__file__).parent / "load"
_PACKAGES = ("functions/storyteller", "functions/adstudio", "layers/nightshift", "layers/llm", "layers/commandline")

HELP = Aim(0.3, "s", "Python's own start and argparse; commands import what they need when they run.")
STORY = Aim(0.05, "s", "Filling and laying out every passage of the template before some are chosen.")
AD = Aim(3, "s", "Drawing the scene, and encoding three PNGs.")
PLANNER = Aim(0.1, "s", "An integral image of the mask, and sorting 160 000 rectangles.")
VERDICT = Aim(0.2, "s", "Ten thousand pairs of 4096 bits, in Python.")


def program_figures() -> list[Figure]:
    """What needs no stack."""
    measured = _measured("content.py")
    return [
        spread("storyteller --help", [_help_seconds() for _ in range(ROUNDS)], HELP),
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
    """The storyteller's image function, called with what it refuses at once: its start, without any program's.

    The first call of a fresh stack is the cold one.
    """
    function = session().client("lambda", **client_options(stack.instance))
    name = stack.function_name("StorytellerFunction")
    seconds = []
    for _ in range(WARM_ROUNDS + 1):
        began = time.perf_counter()
        function.invoke(FunctionName=name, Payload=b"{}")
        seconds.append(time.perf_counter() - began)
    return [
        Figure("storyteller image function, cold", f"{1000 * seconds[0]:.0f} ms   n=1", seconds[0]),
        spread("storyteller image function, warm", seconds[1:]),
    ]


def _help_seconds() -> float:
    began = time.perf_counter()
    subprocess.run([DEV_PYTHON, "-m", "storyteller", "--help"], env=_environment(), capture_output=True, check=True)
    return time.perf_counter() - began


def _environment() -> dict[str, str]:
    paths = os.pathsep.join(str(ROOT / package) for package in _PACKAGES)
    return {"PYTHONPATH": paths, "PATH": os.environ["PATH"]}
