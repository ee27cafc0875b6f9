"""An HTTP client that connects to acceptable addresses only, follows no redirect, and reads and waits only so much."""

import asyncio
import socket
import ssl
from collections.abc import AsyncIterable, Awaitable, Callable, Iterable, Mapping
from dataclasses import dataclass
from functools import cache
from ipaddress import ip_address

import httpcore

from nightshift.outbound.addresses import Address, refusal_of
from nightshift.outbound.urls import RefusedUrlError, target_of

_CONNECT_SECONDS = 5.0

type Resolve = Callable[[str, int], Awaitable[list[Address]]]


class UnreachableError(Exception):
    """There was no answer; the text says what was there instead."""


@dataclass(frozen=True, slots=True)
class Answer:
    """``headers`` have names in lower case; ``body`` is cut at what was to be read of it; ``url`` is who answered."""

    url: str
    status_code: int
    headers: Mapping[str, str]
    body: bytes


async def resolve(host: str, port: int) -> list[Address]:
    """The host's addresses, in the resolver's order."""
    found = await asyncio.get_running_loop().getaddrinfo(host, port, type=socket.SOCK_STREAM)
    return list(dict.fromkeys(ip_address(where[0]) for *_, where in found))


@dataclass(frozen=True, slots=True)
class GuardedClient:
    """``allow_local`` takes http, and addresses of this machine and of private networks.

    ``seconds`` bound the whole exchange: a server that sends a byte now and then does not hold it up.
    """

    allow_local: bool
    seconds: float
    resolve: Resolve = resolve
    ssl_context: ssl.SSLContext | None = None

    async def send(
        self, method: str, url: str, headers: Mapping[str, str], content: bytes = b"", *, at_most: int
    ) -> Answer:
        """One exchange, whatever its status; a redirect is an answer like any other.

        Args:
            at_most: How many bytes of the body to read.

        Raises:
            RefusedUrlError: the URL or the address it leads to is not acceptable.
            UnreachableError: there was no answer, or none in time.
        """
        target = target_of(url, allow_local=self.allow_local)
        address = httpcore.URL(scheme=target.scheme, host=target.host, port=target.port, target=target.path)
        pool = httpcore.AsyncConnectionPool(
            ssl_context=self.ssl_context or _ssl_context(),
            network_backend=_GuardedBackend(self.allow_local, self.resolve),
        )
        sent = [("Host", target.authority), ("Connection", "close"), *headers.items()]
        try:
            async with (
                asyncio.timeout(self.seconds),
                pool,
                pool.stream(method, address, headers=sent, content=content) as response,
            ):
                body = await _first(response.aiter_stream(), at_most)
                names = {name.decode("latin-1").lower(): value.decode("latin-1") for name, value in response.headers}
                return Answer(url, response.status, names, body)
        except (TimeoutError, httpcore.TimeoutException) as error:
            raise UnreachableError(f"no answer within {self.seconds:g} s") from error
        except (httpcore.NetworkError, httpcore.ProtocolError) as error:
            raise UnreachableError(str(error) or "the connection was closed without an answer") from error


class _GuardedBackend(httpcore.AsyncNetworkBackend):
    """Resolves a name once, refuses it if any of its addresses is refused, and connects to what was checked.

    Name and address part here: TLS and the Host header go on using the name.
    """

    def __init__(self, allow_local: bool, resolve: Resolve) -> None:
        self._allow_local = allow_local
        self._resolve = resolve
        self._backend = httpcore.AnyIOBackend()

    async def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,
        local_address: str | None = None,
        socket_options: Iterable[httpcore.SOCKET_OPTION] | None = None,
    ) -> httpcore.AsyncNetworkStream:
        try:
            addresses = await self._resolve(host, port)
        except (OSError, UnicodeError) as error:
            raise httpcore.ConnectError(f"{host} cannot be resolved") from error
        for address in addresses:
            if reason := refusal_of(address, allow_local=self._allow_local):
                raise RefusedUrlError(f"{host} leads to {reason}")
        failure = httpcore.ConnectError(f"{host} has no address")
        for address in addresses:
            try:
                return await self._backend.connect_tcp(
                    str(address), port, _CONNECT_SECONDS, local_address, socket_options
                )
            except (httpcore.ConnectError, httpcore.ConnectTimeout) as error:
                failure = httpcore.ConnectError(f"{host} takes no connection on port {port}")
                failure.__cause__ = error
        raise failure


async def _first(chunks: AsyncIterable[bytes], at_most: int) -> bytes:
    body = b""
    async for chunk in chunks:
        body += chunk
        if len(body) >= at_most:
            break
    return body[:at_most]


@cache
def _ssl_context() -> ssl.SSLContext:
    return httpcore.default_ssl_context()
