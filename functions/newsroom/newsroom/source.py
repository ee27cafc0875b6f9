"""Where the text comes from: a file, a page or a sample. Nothing is written from nothing."""

import asyncio
import re
import tomllib
from pathlib import Path

from commandline.exit_codes import CliError, ExitCode
from newsroom.assignment import Source, without_marks

BYTES_AT_MOST = 2 * 2**20
SECONDS = 10.0
CHARACTERS_AT_MOST = 40_000  # what prompts can hold
_SAMPLES = Path(__file__).with_name("samples.toml")
_PAGES = ("text/html", "application/xhtml+xml")
_HEADERS = {"User-Agent": "nightshift-newsroom", "Accept": "text/html, text/plain", "Accept-Encoding": "identity"}


def open_source(topic: str, language: str, file: Path | None, url: str | None, *, allow_local: bool) -> Source:
    """The source that is named, or a sample that fits the topic.

    Args:
        allow_local: Whether a URL may be http and lead to this machine or a private network.

    Raises:
        CliError: there is none, it is not acceptable, too large or without text, or it cannot be reached.
    """
    if file is not None:
        found = _from_file(file)
    elif url is not None:
        found = asyncio.run(_fetch(url, allow_local=allow_local))
    else:
        found = _sample(topic, language)
    if not found.text.strip():
        raise CliError(ExitCode.INPUT_ERROR, f"there is no text in {found.url or found.title}")
    # As prompts show it, so that what is quoted from there is found in it.
    text = without_marks(found.text.strip()[:CHARACTERS_AT_MOST])
    return Source(found.kind, found.title.strip()[:200], text, found.url)


def _from_file(file: Path) -> Source:
    with file.open("rb") as opened:
        content = opened.read(BYTES_AT_MOST + 1)
    _refuse_large(content)
    if file.suffix.lower() in (".html", ".htm"):
        return _page("file", content, None)
    return Source("file", file.name, _decoded(content))


async def _fetch(url: str, *, allow_local: bool) -> Source:
    from nightshift.outbound.client import GuardedClient, UnreachableError
    from nightshift.outbound.fetch import fetch
    from nightshift.outbound.urls import RefusedUrlError

    client = GuardedClient(allow_local, SECONDS)
    try:
        async with asyncio.timeout(SECONDS):
            answer = await fetch(client, url, _HEADERS, at_most=BYTES_AT_MOST + 1)
    except RefusedUrlError as error:
        raise CliError(ExitCode.INPUT_ERROR, f"the source is not fetched: {error}") from error
    except (UnreachableError, TimeoutError) as error:
        raise CliError(ExitCode.PROVIDER_UNREACHABLE, f"the source cannot be fetched: {error}") from error
    if answer.status_code >= 500:
        raise CliError(ExitCode.PROVIDER_UNREACHABLE, f"the source's server answered {answer.status_code}")
    if answer.status_code != 200:
        raise CliError(ExitCode.INPUT_ERROR, f"the source's server answered {answer.status_code}")
    _refuse_large(answer.body)
    content_type = answer.headers.get("content-type", "").partition(";")[0].strip().lower()
    if content_type in _PAGES:
        return _page("url", answer.body, answer.url)
    if content_type == "text/plain":
        return Source("url", answer.url, _decoded(answer.body), answer.url)
    raise CliError(ExitCode.INPUT_ERROR, f"the source is neither a page nor a text, but {content_type or 'untyped'}")


def _page(kind: str, content: bytes, url: str | None) -> Source:
    import trafilatura

    options = {"include_comments": False, "include_tables": False, "with_metadata": True}
    found = trafilatura.bare_extraction(content, url=url, **options)
    text = str(getattr(found, "text", None) or "")
    return Source(kind, str(getattr(found, "title", None) or url or "a page"), text, url)


def _sample(topic: str, language: str) -> Source:
    words = set(re.findall(r"\w+", topic.lower()))
    for sample in tomllib.loads(_SAMPLES.read_text(encoding="utf-8"))["sample"]:
        keys = tuple(sample["keys"])
        # Korean words carry their particles.
        fits = any(word.startswith(keys) if language == "ko" else word in keys for word in words)
        if sample["language"] == language and fits:
            return Source("sample", sample["title"], sample["text"])
    raise CliError(
        ExitCode.INPUT_ERROR,
        f"there is no source, and no sample text fits the topic {topic!r}; name a source, as nothing is made up",
    )


def _refuse_large(content: bytes) -> None:
    if len(content) > BYTES_AT_MOST:
        raise CliError(ExitCode.INPUT_ERROR, f"the source is larger than {BYTES_AT_MOST // 2**20} MB")


def _decoded(content: bytes) -> str:
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise CliError(ExitCode.INPUT_ERROR, "the source is not a text in UTF-8") from error
