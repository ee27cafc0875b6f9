"""The Lambda Runtime API of one execution environment.

https://docs.aws.amazon.com/lambda/latest/dg/runtimes-api.html
"""

import queue
import threading
from dataclasses import dataclass
from enum import Enum, auto
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

MAX_RESPONSE_BYTES = 6_291_556  # 6 MB and 100 bytes: AWS's limit for a synchronous response
_ACCEPTED = b'{"status":"OK"}'


class Kind(Enum):
    """What happened in an environment."""

    READY = auto()
    INIT_ERROR = auto()
    RESPONSE = auto()
    ERROR = auto()
    TOO_LARGE = auto()  # body: the size of the response in decimal
    EXIT = auto()  # body: the supervisor's report


@dataclass(frozen=True)
class Happening:
    kind: Kind
    body: bytes = b""


@dataclass(frozen=True)
class Invocation:
    """One event for the function; ``deadline_ms`` is in milliseconds since the epoch."""

    request_id: str
    payload: bytes
    function_arn: str
    deadline_ms: int
    trace_id: str


class RuntimeApi:
    """Serves the runtime's requests on a port of its own and tells what it did in ``happenings``."""

    def __init__(self) -> None:
        self.happenings: queue.SimpleQueue[Happening] = queue.SimpleQueue()
        self.invocations: queue.SimpleQueue[Invocation | None] = queue.SimpleQueue()
        self.current: str | None = None
        self._server = _Server(self)
        self.address = f"127.0.0.1:{self._server.server_address[1]}"
        threading.Thread(target=self._server.serve_forever, name="lambda-runtime-api", daemon=True).start()

    def close(self) -> None:
        """Turn the waiting runtime away and stop listening."""
        self.invocations.put(None)
        threading.Thread(target=self._stop, daemon=True).start()

    def _stop(self) -> None:
        self._server.shutdown()
        self._server.server_close()


class _Server(ThreadingHTTPServer):
    daemon_threads = True

    def __init__(self, api: RuntimeApi) -> None:
        self.api = api
        super().__init__(("127.0.0.1", 0), _Handler)


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    # Headers and body in one segment, at once: two writes would wait 40 ms for the delayed acknowledgement.
    wbufsize = -1
    disable_nagle_algorithm = True
    server: _Server

    def log_message(self, format: str, *args: object) -> None:
        """Requests are not worth a log line each."""

    def do_GET(self) -> None:
        if not self.path.endswith("/runtime/invocation/next"):
            return self._answer(404)
        api = self.server.api
        api.current = None
        api.happenings.put(Happening(Kind.READY))
        invocation = api.invocations.get()
        if invocation is None:
            self.close_connection = True
            return self._answer(410)
        api.current = invocation.request_id
        return self._answer(
            200,
            invocation.payload,
            {
                "Lambda-Runtime-Aws-Request-Id": invocation.request_id,
                "Lambda-Runtime-Deadline-Ms": str(invocation.deadline_ms),
                "Lambda-Runtime-Invoked-Function-Arn": invocation.function_arn,
                "Lambda-Runtime-Trace-Id": invocation.trace_id,
            },
        )

    def do_POST(self) -> None:
        body, size = self._read_body()
        api, parts = self.server.api, self.path.rsplit("/", 2)
        if self.path.endswith("/runtime/init/error"):
            happening = Happening(Kind.INIT_ERROR, body)
        elif parts[-1] in ("response", "error") and parts[-2] != api.current:
            return self._answer(400, b'{"errorMessage":"Invalid request ID","errorType":"InvalidRequestID"}')
        elif size > MAX_RESPONSE_BYTES:
            # Not 413: runtime clients end themselves over it, and AWS keeps the environment.
            happening = Happening(Kind.TOO_LARGE, str(size).encode())
        elif parts[-1] == "response":
            happening = Happening(Kind.RESPONSE, body)
        elif parts[-1] == "error":
            happening = Happening(Kind.ERROR, body)
        else:
            return self._answer(404)
        api.happenings.put(happening)
        return self._answer(202, _ACCEPTED)

    def _read_body(self) -> tuple[bytes, int]:
        """Return the body, or what fits of it, and its whole size."""
        if (length := self.headers.get("Content-Length")) is not None:
            chunks = iter([int(length)])
        else:
            chunks = iter(self._chunk_size, 0)
        body, size = bytearray(), 0
        for chunk in chunks:
            size += chunk
            data = self.rfile.read(chunk)
            if size <= MAX_RESPONSE_BYTES:
                body += data
            if length is None:
                self.rfile.readline()
        if length is None:
            self.rfile.readline()
        return bytes(body), size

    def _chunk_size(self) -> int:
        return int(self.rfile.readline().split(b";")[0].strip() or b"0", 16)

    def _answer(self, status: int, body: bytes = b"", headers: dict[str, str] | None = None) -> None:
        self.send_response_only(status)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(body)))
        for name, value in (headers or {}).items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(body)
