"""Fetching what an address leads to, over redirects."""

from collections.abc import Mapping
from urllib.parse import urljoin

from nightshift.outbound.client import Answer, GuardedClient
from nightshift.outbound.urls import RefusedUrlError

_REDIRECTS = (301, 302, 303, 307, 308)
_MOST_REDIRECTS = 5


async def fetch(client: GuardedClient, url: str, headers: Mapping[str, str], *, at_most: int) -> Answer:
    """The answer at the end of the redirects; each address on the way is judged as the first.

    Args:
        at_most: How many bytes of the body to read.

    Raises:
        RefusedUrlError: an address on the way is not acceptable, or there are too many.
        UnreachableError: one did not answer, or not in time.
    """
    for _ in range(_MOST_REDIRECTS + 1):
        answer = await client.send("GET", url, headers, at_most=at_most)
        location = answer.headers.get("location")
        if answer.status_code not in _REDIRECTS or not location:
            return answer
        try:
            url = urljoin(url, location)
        except ValueError as error:
            raise RefusedUrlError(f"it redirects to what is no URL: {error}") from error
    raise RefusedUrlError(f"more than {_MOST_REDIRECTS} redirects")
