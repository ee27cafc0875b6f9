"""Fetches an image from an address that a stranger named."""

import asyncio

from adstudio.images.intake import MAX_BYTES
from commandline.exit_codes import CliError, ExitCode
from nightshift.outbound.client import GuardedClient, UnreachableError
from nightshift.outbound.fetch import fetch
from nightshift.outbound.urls import RefusedUrlError

_SECONDS = 20.0


def download(url: str, *, allow_local: bool) -> bytes:
    """What is there.

    Raises:
        CliError: the address is refused, leads nowhere, or is answered with an error.
    """
    client = GuardedClient(allow_local=allow_local, seconds=_SECONDS)
    try:
        # One byte more than is taken, so that what is longer is refused as such and not as damaged.
        answer = asyncio.run(fetch(client, url, {"Accept": "image/png, image/jpeg, image/webp"}, at_most=MAX_BYTES + 1))
    except RefusedUrlError as error:
        raise CliError(ExitCode.INPUT_ERROR, f"the image is not fetched: {error}") from error
    except UnreachableError as error:
        raise CliError(ExitCode.PROVIDER_UNREACHABLE, f"the image cannot be fetched: {error}") from error
    if answer.status_code >= 500:
        raise CliError(ExitCode.PROVIDER_UNREACHABLE, f"the image cannot be fetched: {answer.status_code}")
    if answer.status_code != 200:
        raise CliError(ExitCode.INPUT_ERROR, f"the image's address is answered with {answer.status_code}")
    return answer.body
