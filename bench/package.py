"""How large the API function is as it is deployed."""

import shutil
import tempfile
from pathlib import Path

from bench.figures import Figure
from scripts.build import BUILT_TEMPLATE

_PARTS = ("ApiFunction", "NightshiftLayer", "DependenciesLayer")


def measure_package() -> Figure:
    """The zip files of the function and of its two layers, in megabytes."""
    sizes = {part: _zipped(BUILT_TEMPLATE.parent / part) / 1e6 for part in _PARTS}
    shown = ", ".join(f"{part} {size:.2f} MB" for part, size in sizes.items())
    return Figure("package of the api function, zipped", shown, sum(sizes.values()))


def _zipped(folder: Path) -> int:
    with tempfile.TemporaryDirectory() as scratch:
        return Path(shutil.make_archive(str(Path(scratch) / "package"), "zip", folder)).stat().st_size
