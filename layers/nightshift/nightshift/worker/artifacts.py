"""Takes what a program left in its output directory to the bucket."""

import mimetypes
import os
import stat
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from mypy_boto3_s3 import S3Client

MAX_FILES = 100
_OWN_TYPES = mimetypes.MimeTypes()  # Python's table alone: the host's would differ from place to place


@dataclass(frozen=True, slots=True)
class StoredArtifact:
    name: str
    content_type: str
    size: int


def store_artifacts(
    s3: "S3Client", bucket: str, run_prefix: str, directory: Path, note: Callable[[str], None]
) -> list[StoredArtifact]:
    """Uploads the directory's files and returns them by name.

    Only plain files that lie in the directory itself count: no links, which might lead out of it, and no
    folders. Hidden files and ``*.tmp`` are files not finished. What is passed over for another reason is
    told to ``note``.
    """
    stored: list[StoredArtifact] = []
    if directory.is_symlink() or not directory.is_dir():
        note("No artifacts: the program put something else where its output directory was.")
        return stored
    for name in sorted(os.listdir(directory)):
        if name.startswith(".") or name.endswith(".tmp"):
            continue
        if not name.isprintable() or "\\" in name:
            note(f"Artifact {name!r} passed over: its name is not printable.")
        elif len(stored) == MAX_FILES:
            note(f"Artifacts after the first {MAX_FILES} passed over.")
            break
        elif artifact := _store(s3, bucket, run_prefix, directory / name):
            stored.append(artifact)
        else:
            note(f"Artifact {name!r} passed over: not a plain file.")
    return stored


def content_type(name: str) -> str:
    """By the name's ending; text is UTF-8."""
    guess = _OWN_TYPES.guess_type(name)[0] or "application/octet-stream"
    return f"{guess}; charset=utf-8" if guess.startswith("text/") else guess


def _store(s3: "S3Client", bucket: str, run_prefix: str, path: Path) -> StoredArtifact | None:
    try:
        # NONBLOCK: opening a named pipe must not wait for its other end.
        descriptor = os.open(path, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK)
    except OSError:
        return None
    status = os.fstat(descriptor)
    if not stat.S_ISREG(status.st_mode):
        os.close(descriptor)
        return None
    with open(descriptor, "rb") as file:
        artifact = StoredArtifact(path.name, content_type(path.name), status.st_size)
        s3.put_object(
            Bucket=bucket,
            Key=f"{run_prefix}artifacts/{path.name}",
            Body=file,
            ContentLength=artifact.size,
            ContentType=artifact.content_type,
        )
    return artifact
