"""Builds an image's folders: copied files and an environment with its requirements."""

import logging
import re
import shutil
from dataclasses import dataclass
from pathlib import Path

from dockerless.images.context import Context, CopiedFile, content_hash
from dockerless.images.dockerfile import Copy, DockerfileError, Install, Recipe, parse
from dockerless.lambda_runtime.cache import cached, is_cached
from dockerless.lambda_runtime.interpreters import compile_bytecode, create_environment, find_python, run_uv

LOG = logging.getLogger(__name__)
_PATH_OPTION = re.compile(r"^(?:-r|--requirement|-c|--constraint|-t|--target)$")


@dataclass(frozen=True)
class Source:
    """Where an image is built from; ``on_invoke``: not before a function of it is first invoked."""

    context: Path
    dockerfile: Path
    on_invoke: bool = False


@dataclass(frozen=True)
class Image:
    """A built image: ``root`` holds the copied files under their absolute paths, ``lang`` the environment."""

    key: str
    recipe: Recipe
    root: Path
    lang: Path


def image_key(source: Source) -> str:
    """Return the hash of everything that goes into the image. Raises DockerfileError."""
    return _plan(source)[2]


def is_built(source: Source) -> bool:
    """Return whether the cache has the image. Raises DockerfileError."""
    return is_cached("images", image_key(source))


def build(source: Source) -> Image:
    """Build the image unless the cache has it.

    Raises DockerfileError, RuntimeUnavailable, or RuntimeError with the installer's complaint.
    """
    recipe, files, key = _plan(source)
    for command in recipe.skipped:
        LOG.warning("%s: RUN %s: skipped, only pip install is done", source.dockerfile, command)

    def make(folder: Path) -> None:
        python = find_python(recipe.python)
        root, lang = folder / "root", folder / "lang"
        (root / "var" / "task").mkdir(parents=True)
        create_environment(python, lang)
        for step, copied in files:
            for file in copied:
                _place(file, root)
            if isinstance(step, Install):
                _install(step, root, lang)
        compile_bytecode(python, root)

    folder = cached("images", key, make)
    return Image(key, recipe, folder / "root", folder / "lang")


def _plan(source: Source) -> tuple[Recipe, list[tuple[Copy | Install, list[CopiedFile]]], str]:
    text = source.dockerfile.read_text()
    recipe = parse(text)
    context = Context(source.context)
    steps = [(step, list(context.files(step)) if isinstance(step, Copy) else []) for step in recipe.steps]
    files = [file for _, copied in steps for file in copied]
    return recipe, steps, content_hash(files, text, str(find_python(recipe.python)))


def _place(file: CopiedFile, root: Path) -> None:
    target = root / file.target.relative_to("/")
    target.parent.mkdir(parents=True, exist_ok=True)
    shutil.copy2(file.source, target)


def _install(step: Install, root: Path, lang: Path) -> None:
    """Do what pip would do inside the image: its paths are below ``root`` here."""
    words: list[str] = []
    for word, previous in zip(step.arguments, ("", *step.arguments), strict=False):
        words.append(str(_inside(word, step.cwd, root)) if _PATH_OPTION.match(previous) else word)
    if not any(words):
        raise DockerfileError("RUN pip install: nothing to install")
    python = lang / "bin" / "python"
    run_uv("pip", "install", "--quiet", "--compile-bytecode", "--python", python, *words)


def _inside(path: str, cwd: str, root: Path) -> Path:
    return root / str(Path(cwd, path)).lstrip("/")
