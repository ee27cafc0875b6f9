"""Reads a Dockerfile of a Lambda function into the steps that can be done without Docker."""

import json
import re
import shlex
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from io import BytesIO
from pathlib import PurePosixPath

from dockerfile_parse import DockerfileParser

# What AWS's base images set.
_BASE_ENV = {"LAMBDA_TASK_ROOT": "/var/task", "LAMBDA_RUNTIME_DIR": "/var/runtime"}
# What changes nothing here; dockerfile-parse reports comments as instructions too.
_IGNORED = {
    "COMMENT",
    "EXPOSE",
    "HEALTHCHECK",
    "LABEL",
    "MAINTAINER",
    "SHELL",
    "STOPSIGNAL",
    "USER",
    "VOLUME",
}
_VARIABLE = re.compile(r"\$(?:(\w+)|\{(\w+)(?::-([^}]*))?\})")
_PIP = re.compile(r"^(?:(?:\S*/)?python[\d.]* -m )?(?:uv )?(?:\S*/)?pip[\d.]* install(?: |$)")
# Options of pip that mean nothing to uv, or nothing here.
_PIP_NOISE = re.compile(
    r"^(--no-cache-dir|--disable-pip-version-check|-q|--quiet|--system|--root-user-action.*)$"
)


class DockerfileError(Exception):
    """The Dockerfile asks for what cannot be done without Docker."""


@dataclass(frozen=True)
class Copy:
    """Files of the context, by pattern, to an absolute path; ``into`` tells a folder from a new name."""

    sources: tuple[str, ...]
    target: str
    into: bool


@dataclass(frozen=True)
class Install:
    """``pip install`` with these arguments, in the folder ``cwd``."""

    arguments: tuple[str, ...]
    cwd: str


@dataclass
class Recipe:
    """A Dockerfile's meaning. ``skipped`` are the commands that are left out."""

    python: str
    lambda_base: bool
    steps: list[Copy | Install] = field(default_factory=list)
    env: dict[str, str] = field(default_factory=dict)
    cwd: str = "/"
    entrypoint: list[str] = field(default_factory=list)
    command: list[str] = field(default_factory=list)
    skipped: list[str] = field(default_factory=list)


def parse(text: str) -> Recipe:
    """Return the recipe of a Dockerfile. Raises DockerfileError."""
    parser = DockerfileParser(fileobj=BytesIO(text.encode()))
    arguments: dict[str, str] = {}
    recipe: Recipe | None = None
    for line in parser.structure:
        name, value = line["instruction"].upper(), line["value"]
        if name == "ARG":
            key, _, default = value.partition("=")
            arguments[key.strip()] = _substitute(_unquote(default), arguments)
        elif name == "FROM":
            if recipe:
                raise DockerfileError("more than one stage (FROM) is not supported")
            recipe = _from(_substitute(value, arguments))
        elif name not in _IGNORED:
            if recipe is None:
                raise DockerfileError(f"{name} before FROM")
            _apply(recipe, name, value, arguments)
    if recipe is None:
        raise DockerfileError("no FROM")
    return recipe


def _from(image: str) -> Recipe:
    if not (found := re.search(r"python:(\d+\.\d+)", image)):
        raise DockerfileError(f"FROM {image}: only images named python:X.Y are supported")
    lambda_base = "lambda/python" in image
    env = dict(_BASE_ENV) if lambda_base else {}
    return Recipe(found[1], lambda_base, env=env, cwd="/var/task" if lambda_base else "/")


def _apply(recipe: Recipe, name: str, value: str, arguments: Mapping[str, str]) -> None:
    known = {**arguments, **recipe.env}
    if name == "ENV":
        recipe.env |= {key: _substitute(text, known) for key, text in _pairs(value)}
    elif name == "WORKDIR":
        recipe.cwd = _absolute(recipe.cwd, _substitute(value, known))
    elif name in ("COPY", "ADD"):
        recipe.steps.append(_copy(_substitute(value, known), recipe))
    elif name == "RUN":
        _run(recipe, _substitute(value, known))
    elif name == "ENTRYPOINT":
        recipe.entrypoint = _words(_substitute(value, known))
    elif name == "CMD":
        recipe.command = _words(_substitute(value, known))
    else:
        raise DockerfileError(f"{name} is not supported")


def _copy(value: str, recipe: Recipe) -> Copy:
    words = _words(value)
    while words and words[0].startswith("--"):
        if words[0].startswith("--from"):
            raise DockerfileError(f"COPY {words[0]} is not supported")
        words = words[1:]
    if len(words) < 2:
        raise DockerfileError(f"COPY {value}: a source and a target are needed")
    *sources, target = words
    if any("://" in source for source in sources):
        raise DockerfileError(f"ADD {value}: only files of the context can be added")
    path = _absolute(recipe.cwd, target)
    into = target.endswith("/") or len(sources) > 1 or "*" in sources[0]
    # A folder that exists is copied into; of those, a build without Docker knows these.
    into = into or path in (recipe.cwd, recipe.env.get("LAMBDA_TASK_ROOT"))
    return Copy(tuple(sources), path, into)


def _run(recipe: Recipe, value: str) -> None:
    for command in _commands(value):
        text = " ".join(command.split())
        if found := _PIP.match(text):
            words = shlex.split(text[found.end() :])
            kept = tuple(word for word in words if not _PIP_NOISE.match(word))
            recipe.steps.append(Install(kept, recipe.cwd))
        else:
            recipe.skipped.append(text)


def _commands(value: str) -> Iterator[str]:
    if value.startswith("["):
        yield shlex.join(json.loads(value))
    else:
        yield from filter(None, (part.strip() for part in re.split(r"&&|;", value)))


def _pairs(value: str) -> Iterator[tuple[str, str]]:
    if "=" not in value.split()[0]:  # the old form: ENV name the rest of the line
        key, _, text = value.partition(" ")
        yield key, text.strip()
        return
    for word in shlex.split(value):
        key, _, text = word.partition("=")
        yield key, text


def _words(value: str) -> list[str]:
    if value.startswith("["):
        return list(json.loads(value))
    return shlex.split(value)


def _absolute(cwd: str, path: str) -> str:
    joined = PurePosixPath(cwd, path)
    if ".." in joined.parts:
        raise DockerfileError(f"{path}: .. is not supported")
    return str(joined)


def _unquote(text: str) -> str:
    return "".join(shlex.split(text)) if text else ""


def _substitute(text: str, known: Mapping[str, str]) -> str:
    return _VARIABLE.sub(lambda match: known.get(match[1] or match[2]) or match[3] or "", text)
