"""A function's code and layers as folders."""

import hashlib
import os
import shutil
from pathlib import Path
from typing import Any

from dockerless.lambda_runtime.cache import cached
from dockerless.lambda_runtime.interpreters import compile_bytecode


def code_folder(code: Any, python: Path | None) -> Path:
    """Return the unzipped content of LocalStack's archive ``code``, compiled if it is for ``python``."""
    if code.is_hot_reloading():
        return Path(code.get_unzipped_code_location())

    def make(folder: Path) -> None:
        code.prepare_for_execution()
        shutil.copytree(code.get_unzipped_code_location(), folder, dirs_exist_ok=True, symlinks=True)
        if python:
            compile_bytecode(python, folder)

    flavour = python.name if python else "plain"
    key = hashlib.sha256(f"{code.code_sha256}{flavour}".encode()).hexdigest()[:16]
    return cached("code", key, make)


def layers_folder(layers: list[Any], python: Path | None) -> Path | None:
    """Return the content of /opt: all layers laid over each other in order; None without layers."""
    folders = [code_folder(layer.code, python) for layer in layers if layer.code]
    if len(folders) <= 1:
        return folders[0] if folders else None

    def make(target: Path) -> None:
        for folder in folders:
            lay_over(folder, target)

    key = hashlib.sha256("".join(folder.name for folder in folders).encode()).hexdigest()[:16]
    return cached("opt", key, make)


def lay_over(source: Path, target: Path) -> None:
    """Link the files of ``source`` into ``target``, in place of what is there; folders are merged."""
    for folder, folders, files in source.walk():
        here = target / folder.relative_to(source)
        if here.is_symlink() or here.is_file():
            here.unlink()
        here.mkdir(exist_ok=True)
        # A link to a folder is listed as one.
        for name in [*files, *(name for name in folders if (folder / name).is_symlink())]:
            place = here / name
            if place.is_dir() and not place.is_symlink():
                shutil.rmtree(place)
            place.unlink(missing_ok=True)
            os.link(folder / name, place, follow_symlinks=False)
