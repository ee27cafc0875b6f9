"""Names of the files that the program leaves."""

import re
import unicodedata

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
