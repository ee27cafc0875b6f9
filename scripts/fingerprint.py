"""Content hashes: what is unchanged is not built or deployed again."""

import hashlib
from collections.abc import Iterable, Iterator
from pathlib import Path

IGNORED = {"__pycache__", ".mypy_cache", ".pytest_cache", ".ruff_cache"}


def fingerprint(paths: Iterable[Path], *words: str) -> str:
    """A short hash over the names and contents of all files at or below ``paths``, and over ``words``."""
    digest = hashlib.sha256()
    for word in words:
        digest.update(f"{word}\0".encode())
    for path in paths:
        for file in _files(path):
            digest.update(f"{file}\0".encode())
            digest.update(hashlib.sha256(file.read_bytes()).digest())
    return digest.hexdigest()[:16]


def _files(path: Path) -> Iterator[Path]:
    if path.is_file():
        yield path
    elif path.is_dir():
        for child in sorted(path.iterdir()):
            if child.name not in IGNORED:
                yield from _files(child)
