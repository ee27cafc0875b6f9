"""The stages, one module each, in their order; and `run`, which is all of them.

A stage finds what those before it left in `--in`, and leaves its own result and files in `--out`.
"""

from adstudio.stages import img_gen, overlay, planner, run, vlm_analyze, vlm_judge, yolo_detect
from commandline.program import Command

STAGES: dict[str, Command] = {
    "img_gen": img_gen,
    "vlm_analyze": vlm_analyze,
    "yolo_detect": yolo_detect,
    "planner": planner,
    "overlay": overlay,
    "vlm_judge": vlm_judge,
}
COMMANDS: dict[str, Command] = {**STAGES, "run": run}
