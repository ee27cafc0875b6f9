"""A job's params as they are written on a command line."""

import json
from pathlib import Path
from typing import Any

from nightshift_cli.errors import CliError


def read_params(pairs: list[str] | None, document: str | None) -> dict[str, Any]:
    """The object, with what the pairs say put into it.

    Raises:
        CliError: one of them cannot be understood.
    """
    params = _object(document) if document else {}
    for pair in pairs or ():
        name, equals, text = pair.partition("=")
        if not name or not equals:
            raise CliError(f"-p takes NAME=VALUE, not {pair!r}.")
        _put(params, name.split("."), _value(text), pair)
    return params


def read_text(path: str) -> str:
    """The file's text; that of the standard input if it is called -."""
    try:
        if path == "-":
            import sys

            return sys.stdin.read()
        return Path(path).read_text(encoding="utf-8")
    except OSError as error:
        raise CliError(f"{path} cannot be read: {error.strerror}.") from error
    except UnicodeDecodeError as error:
        raise CliError(f"{path} is not UTF-8.") from error


def _object(document: str) -> dict[str, Any]:
    text = read_text(document[1:]) if document.startswith("@") else document
    try:
        value = json.loads(text)
    except ValueError as error:
        raise CliError(f"--params is no JSON: {error}.") from error
    if not isinstance(value, dict):
        raise CliError("--params takes a JSON object.")
    return value


def _value(text: str) -> Any:
    try:
        return json.loads(text)
    except ValueError:
        return text


def _put(params: dict[str, Any], path: list[str], value: Any, pair: str) -> None:
    *outer, last = path
    for name in outer:
        inner = params.setdefault(name, {})
        if not isinstance(inner, dict):
            raise CliError(f"-p {pair}: {name} has a value of its own.")
        params = inner
    params[last] = value
