"""Prints the seconds of each of some rounds of each stage of an ad of 1024 x 768, as JSON: CPU time of this process."""

import contextlib
import io
import json
import tempfile
import time
from pathlib import Path

from adstudio.cli import main as adstudio
from adstudio.stages import STAGES

ROUNDS = 5
_PROMPT = ("--prompt=coffee on a table", "--seed=3")
_WORDS = ("--text=A quiet place for your coffee, all day long", "--cta=Visit us")
_ARGUMENTS = {
    "img_gen": _PROMPT,
    "vlm_analyze": _WORDS[:1],
    "yolo_detect": (),
    "planner": (),
    "overlay": _WORDS,
    "vlm_judge": _WORDS,
}


def main() -> None:
    seconds: dict[str, list[float]] = {stage: [] for stage in STAGES}
    for number in range(ROUNDS + 1):
        with tempfile.TemporaryDirectory() as out:
            for stage in STAGES:
                spent = _spent(stage, Path(out))
                if number:  # the first round loads what all the others use
                    seconds[stage].append(spent)
    print(json.dumps(seconds))


def _spent(stage: str, out: Path) -> float:
    began = time.process_time()
    with contextlib.redirect_stdout(io.StringIO()), contextlib.redirect_stderr(io.StringIO()):
        if adstudio([stage, f"--out={out}", *_ARGUMENTS[stage]]) != 0:
            raise SystemExit(f"{stage} failed")
    return time.process_time() - began


if __name__ == "__main__":
    main()
