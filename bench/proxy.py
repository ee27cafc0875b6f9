"""A proxy between the functions of a deployed stack and AWS: whoever stands in it sees, counts or breaks each call.

The functions run in processes of their own, so what they ask of AWS can only be seen from outside. They are pointed at
the proxy by the variables that every SDK obeys, ``AWS_ENDPOINT_URL_<SERVICE>``; nothing of the product knows of it.
"""

import threading
import time
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import TYPE_CHECKING

import httpx

from scripts.stack import Stack, client_options, session
from scripts.tools import Failed

if TYPE_CHECKING:
    from mypy_boto3_lambda import LambdaClient

UPDATE_SECONDS = 60.0
_CALL_SECONDS = 60.0
_HOP_BY_HOP = {"connection", "content-length", "host", "keep-alive", "transfer-encoding"}


@dataclass(frozen=True, slots=True)
class Call:
    """One call of a function (its logical id), ``operation`` without its service.

    ``port`` is the caller's end of the connection, by which its process can be found.
    """

    function: str
    operation: str
    body: bytes
    port: int


@dataclass(frozen=True, slots=True)
class Answer:
    status: int
    body: bytes
    headers: dict[str, str]


type Forward = Callable[[bytes], Answer]
"""Hands a request's body on to AWS."""

type Between = Callable[[Call, Forward], Answer]
"""What stands in the proxy; it runs in many threads at once."""


@contextmanager
def between(
    stack: Stack,
    functions: Iterable[str],
    what: Between,
    service: str = "DYNAMODB",
    variables: Mapping[str, str] | None = None,
) -> Iterator[None]:
    """Sends the functions' calls of the service through ``what`` for as long as the block lasts.

    Args:
        functions: Logical ids of the template.
        service: One whose requests are JSON with their operation in a header, as it is named in the variables.
        variables: More of the functions' environment to be changed meanwhile.

    Raises:
        Failed: A function could not be changed.
    """
    client = session().client("lambda", **client_options(stack.instance))
    with ExitStack() as ends:
        aws = ends.enter_context(httpx.Client(base_url=stack.instance.endpoint, timeout=_CALL_SECONDS))
        endpoints = {}
        for function in functions:
            server = ThreadingHTTPServer(("127.0.0.1", 0), _handler(function, aws, what))
            ends.callback(server.server_close)
            threading.Thread(target=server.serve_forever, args=(0.05,), daemon=True).start()
            ends.callback(server.shutdown)
            endpoints[stack.function_name(function)] = f"http://127.0.0.1:{server.server_port}"
        before = {name: _variables(client, name) for name in endpoints}
        ends.callback(_set_variables, client, before)
        changed = dict(variables or {})
        _set_variables(
            client,
            {name: before[name] | changed | {f"AWS_ENDPOINT_URL_{service}": url} for name, url in endpoints.items()},
        )
        yield


def _variables(client: "LambdaClient", name: str) -> dict[str, str]:
    return client.get_function_configuration(FunctionName=name)["Environment"]["Variables"]


def _set_variables(client: "LambdaClient", variables: dict[str, dict[str, str]]) -> None:
    for name, values in variables.items():
        client.update_function_configuration(FunctionName=name, Environment={"Variables": values})
    deadline = time.monotonic() + UPDATE_SECONDS
    for name in variables:
        while (status := client.get_function_configuration(FunctionName=name)["LastUpdateStatus"]) != "Successful":
            if status == "Failed" or time.monotonic() > deadline:
                raise Failed(f"the function {name} could not be changed: {status}")
            time.sleep(0.05)


def _handler(function: str, aws: httpx.Client, what: Between) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"
        wbufsize = -1  # one packet for headers and body, else the second waits for the first's acknowledgement
        disable_nagle_algorithm = True

        def do_POST(self) -> None:
            length = int(self.headers["Content-Length"])
            body = self.rfile.read(length)
            if len(body) < length:
                raise ConnectionAbortedError  # the caller was killed while it asked
            call = Call(function, self.headers["X-Amz-Target"].rpartition(".")[2], body, self.client_address[1])
            answer = what(call, self._forward)
            self.send_response(answer.status)
            for name, value in answer.headers.items():
                self.send_header(name, value)
            self.send_header("Content-Length", str(len(answer.body)))
            self.end_headers()
            self.wfile.write(answer.body)

        def _forward(self, body: bytes) -> Answer:
            headers = {name: value for name, value in self.headers.items() if name.lower() not in _HOP_BY_HOP}
            answer = aws.post(self.path, content=body, headers=headers)
            kept = {name: value for name, value in answer.headers.items() if name.lower() not in _HOP_BY_HOP}
            return Answer(answer.status_code, answer.content, kept)

        def handle(self) -> None:
            try:
                super().handle()
            except ConnectionError:
                return  # the caller is gone, as it may be meant to be

        def log_message(self, format: str, *args: object) -> None:
            """Quiet: it would be a line for each call."""

    return Handler
