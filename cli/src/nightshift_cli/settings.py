"""Where the API is, and the key that opens it."""

from dataclasses import dataclass, field
from pathlib import Path

from nightshift_cli.errors import CliError


@dataclass(frozen=True, slots=True)
class Settings:
    url: str
    key: str | None = field(repr=False)


def find_settings(url: str | None, key: str | None, start: Path | None = None) -> Settings:
    """As given by options or the environment; else of the local stack in whose clone, or below, the user stands.

    Raises:
        CliError: there is no URL, or it is none.
    """
    if url is None:
        local = _local_stack(start or Path.cwd())
        if local is None:
            raise CliError("Say where the API is: with --url, or NIGHTSHIFT_API_URL, or from a clone after `make up`.")
        url = _text(local / "api-url") or ""
        # A local stack's key goes to no other.
        key = key or _text(local / "api-key")
    if not url.startswith(("http://", "https://")):
        raise CliError(f"The API's URL has to begin with http:// or https://, not {url!r}.")
    return Settings(url.rstrip("/"), key)


def _local_stack(start: Path) -> Path | None:
    for folder in (start, *start.parents):
        if (folder / ".local" / "api-url").is_file():
            return folder / ".local"
    return None


def _text(path: Path) -> str | None:
    try:
        return path.read_text(encoding="utf-8").strip() or None
    except FileNotFoundError:
        return None
