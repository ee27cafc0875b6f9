"""The storyteller as a person runs it: in a process of its own, with the packages that scripts/storyteller names."""

import os
from pathlib import Path

_ROOT = Path(__file__).resolve().parents[1]
PACKAGES = os.pathsep.join(
    str(_ROOT / part) for part in ("functions/storyteller", "layers/nightshift", "layers/llm", "layers/commandline")
)
"""PYTHONPATH of the program and of its runner."""
