"""Where connections go, and what a server can do to the one that asks it."""

import asyncio
import ssl
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from ipaddress import ip_address

import pytest
import trustme

from nightshift.outbound.addresses import Address
from nightshift.outbound.client import Answer, GuardedClient, UnreachableError
from nightshift.outbound.urls import RefusedUrlError

pytestmark = pytest.mark.unit

OK = b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok"
PUBLIC = "93.184.215.14"
METADATA = "169.254.169.254"

type Serve = Callable[[asyncio.StreamReader, asyncio.StreamWriter], Awaitable[None]]


class Resolver:
    """Answers in turn with what the name leads to, as an attacker's would; the last answer stays."""

    def __init__(self, *answers: list[str]) -> None:
        self.answers = list(answers)
        self.asked: list[str] = []

    async def __call__(self, host: str, port: int) -> list[Address]:
        self.asked.append(host)
        answer = self.answers.pop(0) if len(self.answers) > 1 else self.answers[0]
        return [ip_address(address) for address in answer]


class Server:
    """What came in, request by request."""

    def __init__(self, answer: bytes | Serve) -> None:
        self._answer = answer
        self.requests: list[bytes] = []

    async def __call__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            self.requests.append(await reader.readuntil(b"\r\n\r\n"))
            if isinstance(self._answer, bytes):
                writer.write(self._answer)
                await writer.drain()
            else:
                await self._answer(reader, writer)
        except ConnectionError:
            pass
        finally:
            writer.close()


@asynccontextmanager
async def serving(server: Server, tls: ssl.SSLContext | None = None) -> AsyncIterator[int]:
    listening = await asyncio.start_server(server, "127.0.0.1", 0, ssl=tls)
    async with listening:
        yield listening.sockets[0].getsockname()[1]


def client(
    resolver: Resolver, *, allow_local: bool = True, seconds: float = 5, tls: ssl.SSLContext | None = None
) -> GuardedClient:
    return GuardedClient(allow_local, seconds, resolver, tls)


def ask(
    server: Server, asker: GuardedClient, path: str = "/", scheme: str = "http", tls: ssl.SSLContext | None = None
) -> Answer:
    """One exchange with the server, by a name."""

    async def exchange() -> Answer:
        async with serving(server, tls) as port:
            url = f"{scheme}://receiver.example:{port}{path}"
            return await asker.send("POST", url, {"X-Test": "1"}, b"body", at_most=4096)

    return asyncio.run(exchange())


def test_the_name_is_resolved_once_and_stays_the_host() -> None:
    server, resolver = Server(OK), Resolver(["127.0.0.1"])
    answer = ask(server, client(resolver), "/hook?a=b")
    assert (answer.status_code, answer.body) == (200, b"ok")
    (request,) = server.requests
    assert request.startswith(b"POST /hook?a=b HTTP/1.1\r\nHost: receiver.example:")
    assert b"X-Test: 1" in request
    assert b"Content-Length: 4" in request
    assert resolver.asked == ["receiver.example"]


@pytest.mark.parametrize("address", ["127.0.0.1", "10.1.2.3", "::1", METADATA, "::ffff:127.0.0.1", "0.0.0.0"])
@pytest.mark.parametrize("others", [[], [PUBLIC]])
def test_a_name_that_leads_to_a_refused_address_is_refused(address: str, others: list[str]) -> None:
    asker = client(Resolver([*others, address]), allow_local=False)
    with pytest.raises(RefusedUrlError, match=r"receiver\.example leads to") as refusal:
        asyncio.run(asker.send("POST", "https://receiver.example/", {}, at_most=1))
    assert address not in str(refusal.value)


def test_a_name_that_is_rebound_gains_nothing() -> None:
    # Between check and connection nobody asks the resolver again; the next exchange is checked anew.
    server, resolver = Server(OK), Resolver(["127.0.0.1"], [METADATA])
    assert ask(server, client(resolver)).status_code == 200
    with pytest.raises(RefusedUrlError, match="link-local"):
        ask(server, client(resolver))
    assert len(resolver.asked) == 2
    assert len(server.requests) == 1


def test_a_redirect_is_not_followed() -> None:
    server = Server(f"HTTP/1.1 302 Found\r\nLocation: http://{METADATA}/\r\nContent-Length: 0\r\n\r\n".encode())
    answer = ask(server, client(resolver := Resolver(["127.0.0.1"])))
    assert (answer.status_code, answer.headers["location"]) == (302, f"http://{METADATA}/")
    assert len(server.requests) == len(resolver.asked) == 1


def test_tls_checks_the_name_although_the_connection_goes_to_the_address() -> None:
    authority = trustme.CA()
    trusted = ssl.create_default_context()
    authority.configure_trust(trusted)
    names: list[str] = []

    def contact(host: str) -> Answer:
        tls = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        authority.issue_cert(host).configure_cert(tls)
        tls.sni_callback = lambda _, name, __: names.append(name)
        return ask(Server(OK), client(Resolver(["127.0.0.1"]), tls=trusted), scheme="https", tls=tls)

    assert contact("receiver.example").status_code == 200
    with pytest.raises(UnreachableError, match="certificate"):
        contact("other.example")
    assert names == ["receiver.example"] * 2


def test_the_next_address_is_tried_if_one_takes_no_connection() -> None:
    assert ask(Server(OK), client(Resolver(["127.0.0.2", "127.0.0.1"]))).status_code == 200


def test_of_an_endless_body_only_the_beginning_is_read() -> None:
    async def endless(_: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(b"HTTP/1.1 500 Oh\r\n\r\n")
        while True:
            writer.write(b"x" * 1000)
            await writer.drain()

    assert len(ask(Server(endless), client(Resolver(["127.0.0.1"]))).body) == 4096


@pytest.mark.parametrize("beginning", [b"", b"HTTP/1.1 200 OK\r\n", b"HTTP/1.1 200 OK\r\nContent-Length: 9999\r\n\r\n"])
def test_a_server_that_sends_a_byte_now_and_then_is_left_in_time(beginning: bytes) -> None:
    async def drip(_: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(beginning)
        while True:
            writer.write(b"a")
            await writer.drain()
            await asyncio.sleep(0.02)

    began = time.monotonic()
    with pytest.raises(UnreachableError, match=r"within 0\.3 s"):
        ask(Server(drip), client(Resolver(["127.0.0.1"]), seconds=0.3))
    assert time.monotonic() - began < 3


@pytest.mark.parametrize(
    "answer", [b"", b"220 smtp.example ready\r\n", b"HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nok"]
)
def test_what_is_no_answer_is_none(answer: bytes) -> None:
    with pytest.raises(UnreachableError):
        ask(Server(answer), client(Resolver(["127.0.0.1"])))


def test_a_closed_port_and_an_unknown_name_are_said_so() -> None:
    async def fail(host: str, port: int) -> list[Address]:
        raise OSError("[Errno -2] Name or service not known")

    unknown = GuardedClient(allow_local=True, seconds=5, resolve=fail)
    with pytest.raises(UnreachableError, match="cannot be resolved"):
        asyncio.run(unknown.send("GET", "http://receiver.example/", {}, at_most=1))
    closed = client(Resolver(["127.0.0.1"]))
    with pytest.raises(UnreachableError, match="takes no connection on port 1024"):
        asyncio.run(closed.send("GET", "http://receiver.example:1024/", {}, at_most=1))


def test_the_machines_own_resolver_is_used_by_default() -> None:
    asker = GuardedClient(allow_local=False, seconds=5)
    with pytest.raises(RefusedUrlError, match="loopback"):
        asyncio.run(asker.send("GET", "https://localhost/", {}, at_most=1))
