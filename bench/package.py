"""How large functions, layers and images are as they are deployed."""

import shutil
import subprocess
import tempfile
from pathlib import Path

from bench.figures import Figure
from scripts.build import BUILT_TEMPLATE
from scripts.images import Image, images
from scripts.workspace import IMAGE_CACHE

_PARTS_OF_THE_API = ("ApiFunction", "NightshiftLayer", "DependenciesLayer")


def package_figures() -> list[Figure]:
    """The zip files of functions and layers, and the images, in bytes."""
    sizes = {folder.name: _zipped(folder) for folder in sorted(BUILT_TEMPLATE.parent.iterdir()) if folder.is_dir()}
    shown = {name: f"{name} {size / 1e3:.1f} kB" for name, size in sizes.items()}
    api = ", ".join(shown[part] for part in _PARTS_OF_THE_API)
    others = ", ".join(text for name, text in shown.items() if name not in _PARTS_OF_THE_API)
    return [
        Figure("package of the api function, zipped", api, sum(sizes[part] for part in _PARTS_OF_THE_API)),
        Figure("packages of the others, zipped", others, sum(sizes.values())),
        *(_image_figure(image) for image in images([])),
    ]


def _image_figure(image: Image) -> Figure:
    """As Docker has it; else what its Dockerfile adds to the base image, as the emulator built it."""
    asked = ["docker", "image", "inspect", "--format", "{{.Size}}", image.tag]
    program = image.tag.rpartition("/")[2]
    if shutil.which("docker") and (found := subprocess.run(asked, capture_output=True, text=True)).returncode == 0:
        return Figure(f"image of the {program}, in Docker", f"{int(found.stdout) / 1e6:.0f} MB", int(found.stdout))
    built = [folder for folder in (IMAGE_CACHE / "images").iterdir() if (folder / "root/var/task" / program).is_dir()]
    name = f"image of the {program}, without its base"
    if not built:
        return Figure(name, "not built")
    newest = max(built, key=lambda folder: folder.stat().st_mtime)
    size = sum(file.lstat().st_size for file in newest.rglob("*") if file.is_file())
    return Figure(name, f"{size / 1e6:.0f} MB", size)


def _zipped(folder: Path) -> int:
    with tempfile.TemporaryDirectory() as scratch:
        return Path(shutil.make_archive(str(Path(scratch) / "package"), "zip", folder)).stat().st_size
