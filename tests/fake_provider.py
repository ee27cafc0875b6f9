"""A model provider on 127.0.0.1 that misbehaves as told: it speaks OpenAI's protocol and Bedrock's.

Of a model that draws, the text of an answer is the image in Base64; of one that embeds, the vectors as JSON.
"""

import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

HANG_SECONDS = 30


class Provider(ThreadingHTTPServer):
    """Answers requests with the next of ``script``: a text, an HTTP status with headers, or a misdeed by its name."""

    daemon_threads = True
    block_on_close = False

    def __init__(self, script: list[Any]) -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        self.script = list(script)
        self.requests: list[tuple[str, dict[str, Any], dict[str, str]]] = []
        self.over = threading.Event()

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server_port}"


@contextmanager
def provider(*script: Any) -> Iterator[Provider]:
    """A running provider; its last behaviour goes on for ever."""
    server = Provider(list(script))
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True)
    thread.start()
    try:
        yield server
    finally:
        server.over.set()
        server.shutdown()
        server.server_close()
        thread.join()


class _Handler(BaseHTTPRequestHandler):
    server: Provider
    protocol_version = "HTTP/1.1"

    def do_POST(self) -> None:
        body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        self.server.requests.append((self.path, body, {name.lower(): value for name, value in self.headers.items()}))
        behaviour = self.server.script.pop(0) if len(self.server.script) > 1 else self.server.script[0]
        match behaviour:
            case "hang":
                self.server.over.wait(HANG_SECONDS)
                self.close_connection = True
            case "cut off":
                whole = self._answer("never seen")
                self._send(200, whole[: len(whole) // 2], length=len(whole))
                self.close_connection = True
            case "no json":
                self._send(200, b"<html>proxy</html>")
            case "no choices":
                self._send(200, b'{"id": "x", "object": "chat.completion", "choices": [], "output": {}}')
            case (status, headers):
                self._send(status, b'{"error": {"message": "as told"}, "message": "as told"}', headers)
            case text:
                self._send(200, self._answer(text))

    def _answer(self, text: str) -> bytes:
        if self.path.endswith("/embeddings"):
            vectors = json.loads(text) if text else [[1, 0], [0, 1]]
            data = [{"object": "embedding", "index": n, "embedding": vector} for n, vector in enumerate(vectors)][::-1]
            content: dict[str, Any] = {"data": data, "usage": {"prompt_tokens": 9, "total_tokens": 9}}
        elif self.path.endswith("/images/generations"):
            usage = {"input_tokens": 100, "output_tokens": 20, "total_tokens": 120}
            content = {"created": 0, "data": [{"b64_json": text}], "usage": usage}
        elif "canvas" in self.path:
            content = {"images": [text], "error": None}
        elif self.path.endswith("/invoke"):
            content = {"embedding": [1, 0], "inputTextTokenCount": 4}
        elif self.path.endswith("/converse"):
            message = {"role": "assistant", "content": [{"text": text}]}
            usage = {"inputTokens": 100, "outputTokens": 20, "totalTokens": 120}
            content = {"output": {"message": message}, "usage": usage, "stopReason": "end_turn"}
        else:
            choice = {"index": 0, "finish_reason": "stop", "message": {"role": "assistant", "content": text}}
            usage = {"prompt_tokens": 100, "completion_tokens": 20, "total_tokens": 120}
            content = {"id": "x", "object": "chat.completion", "choices": [choice], "usage": usage}
        return json.dumps(content).encode()

    def _send(self, status: int, body: bytes, headers: dict[str, str] | None = None, length: int | None = None) -> None:
        self.send_response(status)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(body) if length is None else length))
        for name, value in (headers or {}).items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, format: str, *args: Any) -> None:
        """Nothing: tests look at ``requests``."""
