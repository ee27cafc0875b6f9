"""LocalStack's gateway served by uvicorn, which parses HTTP in C.

Of the servers that LocalStack brings, hypercorn takes twice as long for a request, and twisted listens on
every interface.
"""

import asyncio
import contextlib
import socket
from collections.abc import Generator
from typing import Any

import uvicorn
from localstack.runtime.server.core import RuntimeServer, RuntimeServerPlugin
from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol

from dockerless.gateway.bridge import RAW_HEADERS, WholeGateway

# Longer than clients usually leave a connection idle, so that they rarely find it just being closed.
IDLE_SECONDS = 60
_SHUTDOWN_SECONDS = 1
_BACKLOG = 1024


class Protocol(HttpToolsProtocol):
    """Keeps the headers' names as the client wrote them: functions behind a REST API see them so."""

    def on_message_begin(self) -> None:
        super().on_message_begin()
        self.scope["state"][RAW_HEADERS] = []

    def on_header(self, name: bytes, value: bytes) -> None:
        super().on_header(name, value)
        self.scope["state"][RAW_HEADERS].append((name, value))


class Server(uvicorn.Server):
    """Leaves the process's signals to LocalStack."""

    @contextlib.contextmanager
    def capture_signals(self) -> Generator[None]:
        yield


class UvicornRuntimeServer(RuntimeServer):
    """One event loop for all that LocalStack listens on."""

    def __init__(self) -> None:
        # Not uvloop: LocalStack makes asyncio's own loop tell TLS from HTTP by a connection's first byte.
        self._loop = asyncio.new_event_loop()
        self._servers: list[tuple[Server, list[socket.socket]]] = []

    def register(self, gateway: Any, listen: list[Any], ssl_creds: tuple[str, str] | None = None) -> None:
        certificate, key = ssl_creds or (None, None)
        configuration = uvicorn.Config(
            WholeGateway(gateway, event_loop=self._loop),
            http=Protocol,
            lifespan="off",
            log_config=None,
            log_level="warning",
            access_log=False,
            proxy_headers=False,
            server_header=False,
            timeout_keep_alive=IDLE_SECONDS,
            timeout_graceful_shutdown=_SHUTDOWN_SECONDS,
            ssl_certfile=certificate,
            ssl_keyfile=key,
        )
        self._servers.append((Server(configuration), [_listening(at.host, at.port) for at in listen]))

    def run(self) -> None:
        asyncio.set_event_loop(self._loop)
        self._loop.run_until_complete(self._serve())

    def shutdown(self) -> None:
        for server, _ in self._servers:
            server.should_exit = True

    async def _serve(self) -> None:
        await asyncio.gather(*(server.serve(sockets) for server, sockets in self._servers))


def _listening(host: str, port: int) -> socket.socket:
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    listening = socket.create_server((host, port), family=family, backlog=_BACKLOG)
    # For all its connections: the body of an answer would wait 40 ms until its head was acknowledged.
    listening.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    return listening


class UvicornRuntimeServerPlugin(RuntimeServerPlugin):
    """``GATEWAY_SERVER=uvicorn``."""

    name = "uvicorn"

    def load(self, *args: Any, **kwargs: Any) -> RuntimeServer:
        return UvicornRuntimeServer()
