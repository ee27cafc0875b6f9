"""Between the server's event loop and LocalStack's gateway, which handles each request in a thread.

rolo's own adapter hands every piece of a request and of its answer from loop to thread and back: seven times
for a small one, which costs more than to answer it.
"""

import asyncio
import io
from collections.abc import Awaitable, Callable, Iterable
from typing import Any

from rolo.asgi import populate_wsgi_environment
from rolo.gateway.asgi import AsgiGateway

type Message = dict[str, Any]
type Receive = Callable[[], Awaitable[Message]]
type Send = Callable[[Message], Awaitable[None]]

RAW_HEADERS = "dockerless.headers"
"""In the scope's state: the headers in the letters of the client, which ASGI would have in lowercase."""

WHOLE_BYTES = 1 << 20
"""What is at most handed over in one piece; larger bodies are passed on bit by bit."""


class WholeGateway(AsgiGateway):
    """Takes a request whole to a thread, and its answer whole back, if both are small."""

    async def __call__(self, scope: Message, receive: Receive, send: Send) -> None:
        scope = scope | {"headers": scope["state"].get(RAW_HEADERS, scope["headers"])}
        if scope["type"] != "http" or not _is_small(scope):
            await super().__call__(scope, _ending_empty(receive), send)
            return
        body = await _whole(receive)
        if body is None:
            return  # the client is gone
        environ: dict[str, Any] = {}
        populate_wsgi_environment(environ, scope)
        environ |= {"wsgi.input": io.BytesIO(body), "wsgi.input_terminated": True}
        status, headers, content, rest = await self.event_loop.run_in_executor(
            self.executor, self._answer, environ
        )
        await send({"type": "http.response.start", "status": status, "headers": headers})
        if rest is not None:
            await self._pass_on(rest, receive, send)
        await send({"type": "http.response.body", "body": content})

    def _answer(
        self, environ: dict[str, Any]
    ) -> tuple[int, list[tuple[bytes, bytes]], bytes, Iterable[bytes] | None]:
        """Status, headers and content of the answer; what is long, or may be, is left to be passed on."""
        started: list[tuple[str, list[tuple[str, str]]]] = []

        def start(status: str, headers: list[tuple[str, str]], _: object = None) -> None:
            started.append((status, headers))

        answer = self.adapter.wsgi_app(environ, start)
        ((status, headers),) = started
        encoded = [(name.encode("latin-1"), value.encode("latin-1")) for name, value in headers]
        length = next((int(value) for name, value in headers if name.lower() == "content-length"), None)
        if length is None or length > WHOLE_BYTES:
            return int(status[:3]), encoded, b"", answer
        try:
            return int(status[:3]), encoded, b"".join(answer), None
        finally:
            _close(answer)

    async def _pass_on(self, content: Iterable[bytes], receive: Receive, send: Send) -> None:
        """Send content as it comes, for as long as the client is there."""
        gone = asyncio.ensure_future(_gone(receive))
        pieces = iter(content)
        try:
            while not gone.done():
                piece = await self.event_loop.run_in_executor(self.executor, next, pieces, None)
                if piece is None:
                    return
                await send({"type": "http.response.body", "body": piece, "more_body": True})
        finally:
            gone.cancel()
            await self.event_loop.run_in_executor(self.executor, _close, content)


def _is_small(scope: Message) -> bool:
    """Whether the request's body is known to be."""
    headers = {name.lower(): value for name, value in scope["headers"]}
    return b"transfer-encoding" not in headers and int(headers.get(b"content-length", 0)) <= WHOLE_BYTES


async def _whole(receive: Receive) -> bytes | None:
    body = b""
    while True:
        message = await receive()
        if message["type"] == "http.disconnect":
            return None
        body += message.get("body", b"")
        if not message.get("more_body"):
            return body


def _ending_empty(receive: Receive) -> Receive:
    """For rolo, which passes over what comes with the last message."""
    ended = False

    async def receive_next() -> Message:
        nonlocal ended
        if ended:
            return {"type": "http.request", "body": b"", "more_body": False}
        message = await receive()
        if message["type"] == "http.request" and not message.get("more_body"):
            ended = True
            return message | {"more_body": True}
        return message

    return receive_next


async def _gone(receive: Receive) -> None:
    while (await receive())["type"] != "http.disconnect":
        pass


def _close(content: Iterable[bytes]) -> None:
    if close := getattr(content, "close", None):
        close()
