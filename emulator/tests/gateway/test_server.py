"""The server in front of a gateway that tells what reaches it."""

import http.client
import json
import threading
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import pytest
from rolo import Request, Response
from rolo.gateway import Gateway

from dockerless.gateway.bridge import WHOLE_BYTES
from dockerless.gateway.server import UvicornRuntimeServer

from ..conftest import free_port

_SECONDS = 10.0


class Echo(Gateway):
    """Answers by the path of the request."""

    def __init__(self) -> None:
        super().__init__()
        self.closed = threading.Event()

    def process(self, request: Request, response: Response) -> None:
        match request.path:
            case "/echo":
                response.set_response(request.get_data())
            case "/headers":
                response.set_json(list(request.headers.items()))
            case "/endless":
                response.response = self._pieces()
            case _:
                response.status_code = 204

    def _pieces(self) -> Iterator[bytes]:
        try:
            while True:
                yield b"again "
        finally:
            self.closed.set()


@dataclass(frozen=True)
class Served:
    gateway: Echo
    port: int

    def ask(self, path: str, *, method: str = "POST", **options: Any) -> tuple[int, bytes]:
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=_SECONDS)
        connection.request(method, path, **options)
        response = connection.getresponse()
        content = response.read()
        connection.close()
        return response.status, content


@pytest.fixture(scope="module")
def served() -> Iterator[Served]:
    @dataclass(frozen=True)
    class At:
        host: str
        port: int

    served = Served(Echo(), free_port())
    server = UvicornRuntimeServer()
    server.register(served.gateway, [At("127.0.0.1", served.port)])
    thread = threading.Thread(target=server.run, daemon=True)
    thread.start()
    yield served
    server.shutdown()
    thread.join(_SECONDS)
    assert not thread.is_alive()


@pytest.mark.parametrize("size", [0, 1, WHOLE_BYTES, WHOLE_BYTES + 1, 5 * WHOLE_BYTES])
def test_a_body_of_any_size_arrives_and_comes_back(served: Served, size: int) -> None:
    body = bytes(i % 251 for i in range(1024)) * (size // 1024) + b"x" * (size % 1024)

    assert served.ask("/echo", body=body) == (200, body)


def test_a_body_in_chunks_arrives(served: Served) -> None:
    chunks = iter([b"a" * 70_000, b"b", b"c" * 70_000])

    status, content = served.ask("/echo", body=chunks, encode_chunked=True)

    assert (status, content) == (200, b"a" * 70_000 + b"b" + b"c" * 70_000)


def test_headers_keep_the_letters_of_the_client(served: Served) -> None:
    _, content = served.ask("/headers", headers={"X-Amz-Target": "One", "x-lower": "two"})

    assert {"X-Amz-Target": "One", "x-lower": "two"}.items() <= dict(json.loads(content)).items()


def test_an_answer_without_content(served: Served) -> None:
    assert served.ask("/nothing", method="DELETE") == (204, b"")


def test_head_is_answered_without_the_content(served: Served) -> None:
    assert served.ask("/echo", method="HEAD") == (200, b"")


def test_an_answer_comes_as_it_is_made_and_ends_with_its_client(served: Served) -> None:
    connection = http.client.HTTPConnection("127.0.0.1", served.port, timeout=_SECONDS)
    connection.request("GET", "/endless")
    response = connection.getresponse()

    assert response.read(12) == b"again again "
    response.close()
    connection.close()
    assert served.gateway.closed.wait(_SECONDS)
