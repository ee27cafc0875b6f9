"""Which folder an image URI is built from, and what runs in it."""

import json
import os
import re
from pathlib import Path

from dockerless.images.build import Image, Source, build, is_built
from dockerless.images.dockerfile import DockerfileError
from dockerless.lambda_runtime.interpreters import PythonRuntime, python_runtime
from dockerless.lambda_runtime.view import TASK_ROOT, Program

_RIC_ENTRYPOINTS: tuple[list[str], ...] = ([], ["/lambda-entrypoint.sh"])


class UnknownImage(Exception):
    """The image file has no entry for a repository."""


def repository(uri: str) -> str:
    """Return an image's repository without registry, tag and digest.

    >>> repository("123456789012.dkr.ecr.us-east-1.amazonaws.com/team/app:v1@sha256:00")
    'team/app'
    """
    name = uri.partition("@")[0]
    first, _, rest = name.partition("/")
    if rest and (re.search(r"[.:]", first) or first == "localhost"):
        name = rest
    return re.sub(r":[^/:]+$", "", name)


def read_catalog(file: Path) -> dict[str, Source]:
    """Read ``{"repository": {"context": folder, "dockerfile": path in it}}``, relative to ``file``.

    With ``"build": "on-invoke"`` an image that is large or seldom used costs a deployment nothing.

    Raises ValueError with the entry that is wrong.
    """
    catalog = {}
    for name, entry in json.loads(file.read_text()).items():
        try:
            context = (file.parent / entry["context"]).resolve()
            dockerfile = context / entry.get("dockerfile", "Dockerfile")
            catalog[name] = Source(context, dockerfile, entry.get("build") == "on-invoke")
        except (TypeError, KeyError) as error:
            raise ValueError(f"{file}: {name}: an object with 'context' is needed") from error
    return catalog


def waits_for_invoke(uri: str) -> bool:
    """Return whether the image ``uri`` is not built and not to be before a function of it is invoked.

    Raises UnknownImage or DockerfileError.
    """
    source = _source(uri)
    return source.on_invoke and not is_built(source)


def build_image(
    uri: str, *, entrypoint: list[str] | None, command: list[str] | None, cwd: str | None
) -> Program:
    """Build the image ``uri`` and return its program; the keywords are the function's ImageConfig.

    Raises UnknownImage, DockerfileError, or an error of the installation.
    """
    image = build(_source(uri))
    recipe = image.recipe
    packages = python_runtime(f"python{recipe.python}")
    python = PythonRuntime(packages.version, image.lang, packages.runtime, packages.base)
    argv = _argv(image, entrypoint or recipe.entrypoint, command or recipe.command)
    return Program(_folders(image), python, argv[-1], argv, cwd or recipe.cwd, recipe.env)


def _source(uri: str) -> Source:
    file = os.environ.get("DOCKERLESS_IMAGES")
    source = read_catalog(Path(file)).get(repository(uri)) if file else None
    if source is None:
        raise UnknownImage(f"no image {repository(uri)!r} in {file or 'the images file: none was given'}")
    return source


def _argv(image: Image, entrypoint: list[str], command: list[str]) -> list[str]:
    if entrypoint in _RIC_ENTRYPOINTS:
        if not image.recipe.lambda_base or len(command) != 1:
            raise DockerfileError("a CMD with the handler is needed, or an ENTRYPOINT")
        return ["/var/lang/bin/python", "-m", "awslambdaric", command[0]]
    first = entrypoint[0]
    if re.fullmatch(r"(/\S*/)?python[\d.]*", first):  # wherever the base image has it
        first = "/var/lang/bin/python"
    return [first, *entrypoint[1:], *command]


def _folders(image: Image) -> dict[str, Path]:
    """Return the image's own folders; a copy into one that the machine has too cannot be shown."""
    folders = {TASK_ROOT: image.root / "var" / "task"}
    for entry in image.root.iterdir():
        path = f"/{entry.name}"
        if path == "/opt" or (path != "/var" and not os.path.lexists(path)):
            folders[path] = entry
        elif path != "/var":
            raise DockerfileError(f"COPY to {path}: this machine's {path} is in its place")
    return folders
