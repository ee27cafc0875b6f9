"""Which folder an image URI is built from."""

from pathlib import Path
from typing import Any


def build_image(uri: str, *, entrypoint: list[str] | None, command: list[str] | None, cwd: str | None) -> Any:
    raise NotImplementedError(Path(uri))
