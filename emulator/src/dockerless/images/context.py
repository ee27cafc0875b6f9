"""The files of a build context that a Dockerfile copies."""

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

from docker.utils.build import PatternMatcher

from dockerless.images.dockerfile import Copy, DockerfileError

# Never part of what a function is; local runs would make every image look changed.
_ALWAYS_IGNORED = ["**/__pycache__", "**/*.pyc"]


@dataclass(frozen=True)
class CopiedFile:
    """``source`` on this machine goes to the absolute path ``target`` of the image."""

    source: Path
    target: PurePosixPath


class Context:
    """A folder seen through its .dockerignore."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        ignore = folder / ".dockerignore"
        lines = ignore.read_text().splitlines() if ignore.exists() else []
        patterns = [line.strip() for line in lines if line.strip() and not line.startswith("#")]
        self._ignored = PatternMatcher([*patterns, *_ALWAYS_IGNORED])

    def files(self, copy: Copy) -> Iterator[CopiedFile]:
        """Yield what ``copy`` copies, in a stable order.

        Raises DockerfileError if a source is missing or outside of the context.
        """
        for pattern in copy.sources:
            found = False
            for source in self._matches(pattern):
                found = True
                yield from self._copied(source, copy)
            if not found:
                raise DockerfileError(f"COPY {pattern}: no such file in {self.folder}")

    def _matches(self, pattern: str) -> list[Path]:
        relative = pattern.removeprefix("/").removeprefix("./") or "."
        if ".." in PurePosixPath(relative).parts:
            raise DockerfileError(f"COPY {pattern}: outside of the context")
        if relative in (".", "./"):
            return [self.folder]
        return sorted(path for path in self.folder.glob(relative.rstrip("/")) if self._wanted(path))

    def _copied(self, source: Path, copy: Copy) -> Iterator[CopiedFile]:
        target = PurePosixPath(copy.target)
        if source.is_dir():  # Docker copies a folder's content, not the folder
            for path in sorted(source.rglob("*")):
                if path.is_file() and self._wanted(path):
                    yield CopiedFile(path, target / path.relative_to(source))
        else:
            yield CopiedFile(source, target / source.name if copy.into else target)

    def _wanted(self, path: Path) -> bool:
        return not self._ignored.matches(str(path.relative_to(self.folder)))


def content_hash(files: list[CopiedFile], *more: str) -> str:
    """Return a short hash of the files' places, modes and contents, and of ``more``."""
    digest = hashlib.sha256("\0".join(more).encode())
    for file in files:
        executable = bool(file.source.stat().st_mode & 0o100)
        digest.update(f"\0{file.target}\0{executable}\0".encode())
        digest.update(hashlib.sha256(file.source.read_bytes()).digest())
    return digest.hexdigest()[:16]
