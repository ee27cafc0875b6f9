"""The options of all stages; each stage names those that it has."""

import argparse
from pathlib import Path
from typing import Any

OPTIONS: dict[str, dict[str, Any]] = {
    "image": {"type": Path, "metavar": "FILE", "help": "the image, where no earlier stage has left one"},
    "image-url": {"metavar": "URL", "help": "where to fetch it"},
    "allow-local-addresses": {"action": "store_true", "help": "fetch by http, and from this machine, too"},
    "prompt": {"metavar": "TEXT", "help": "what the image shows, or is to show"},
    "seed": {"type": int, "default": 0, "metavar": "N", "help": "the same seed draws the same scene"},
    "width": {"type": int, "default": 1024, "metavar": "PX", "help": "of a drawn scene (default 1024)"},
    "height": {"type": int, "default": 768, "metavar": "PX", "help": "of a drawn scene (default 768)"},
    "image-model": {
        "default": "procedural",
        "metavar": "PROVIDER:MODEL",
        "help": "who draws the image (default procedural)",
    },
    "text": {"required": True, "metavar": "TEXT", "help": "the ad's copy, up to 200 characters"},
    "cta": {"metavar": "TEXT", "help": "the call to action, up to 60 characters"},
    "model": {"default": "offline", "metavar": "PROVIDER:MODEL", "help": "who looks at the image (default offline)"},
    "detector": {"type": Path, "metavar": "FILE", "help": "a YOLOv8 or v11 export (ONNX) instead of saliency"},
    "labels": {"action": "extend", "nargs": "*", "default": [], "help": "only these classes of the detector"},
    "min-overlay-width": {"type": float, "default": 0.5, "metavar": "F", "help": "fraction of the frame (default 0.5)"},
    "min-overlay-height": {"type": float, "default": 0.12, "metavar": "F", "help": "… of its height (default 0.12)"},
    "max-proposals": {"type": int, "default": 10, "metavar": "N", "help": "(default 10)"},
    "max-forbidden-iou": {"type": float, "default": 0.05, "metavar": "F", "help": "(default 0.05)"},
    "proposal-id": {"type": int, "metavar": "N", "help": "use this of the planner's proposals"},
    "x-align": {"choices": ("left", "center", "right"), "help": "put the text there, whatever is there"},
    "y-align": {"choices": ("top", "middle", "bottom"), "help": "put the text there, whatever is there"},
}


def add_options(parser: argparse.ArgumentParser, *names: str) -> None:
    """Declare the folders, which every stage has, and the options named."""
    parser.add_argument("--in", dest="given", type=Path, metavar="DIR", help="what the stages before have left")
    parser.add_argument("--out", type=Path, required=True, metavar="DIR", help="where result and files go")
    for name in names:
        parser.add_argument(f"--{name}", **OPTIONS[name])
