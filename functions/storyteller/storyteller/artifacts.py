"""Files that are either complete or not there."""

import os
import re
import unicodedata
from pathlib import Path

SLUG_BYTES = 80  # file names may have 255 bytes; a Korean letter takes 3


def slug(title: str) -> str:
    """File-name form of a title: lower-case words joined by hyphens.

    Korean letters stay: the name is there to be read, and file systems, S3 keys and percent-encoded URLs all
    carry them. NFC, because macOS would otherwise hand back decomposed letters under the same look.
    """
    words = re.findall(r"[^\W_]+", unicodedata.normalize("NFC", title).lower().replace("’", ""))  # noqa: RUF001
    name = "-".join(words)
    while len(name.encode()) > SLUG_BYTES:
        name = name[:-1]
    return name.strip("-") or "story"


def write_atomically(path: Path, text: str) -> None:
    """Write beside the final name, then rename, so that nobody ever reads half a file.

    Raises OSError when the disk refuses; the unfinished file is removed then, and on SIGTERM.
    """
    unfinished = path.with_name(f".{path.name}.part")
    try:
        with unfinished.open("w", encoding="utf-8", newline="\n") as file:
            file.write(text)
            file.flush()
            os.fsync(file.fileno())
        unfinished.replace(path)
    except BaseException:
        unfinished.unlink(missing_ok=True)
        raise
