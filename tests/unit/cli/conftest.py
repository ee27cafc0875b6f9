"""An API that answers as it is told, and the program run against it."""

import json
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import pytest

from nightshift_cli import main as program
from nightshift_cli.api import Api
from nightshift_cli.output import console


@dataclass(frozen=True)
class Request:
    method: str
    path: str
    query: str
    headers: dict[str, str]
    body: Any


@dataclass
class FakeApi:
    """Of the answers to a method and path each is given once, but the last of them again and again."""

    url: str = ""
    requests: list[Request] = field(default_factory=list)
    _answers: dict[tuple[str, str], list[tuple[int, Any, dict[str, str]]]] = field(default_factory=dict)
    _held: dict[str, tuple[threading.Semaphore, threading.Event]] = field(default_factory=dict)

    def answers(self, method: str, path: str, body: Any, status: int = 200, **headers: str) -> None:
        self._answers.setdefault((method, path), []).append((status, body, headers))

    def refuses(self, method: str, path: str, status: int, detail: str, **more: Any) -> None:
        self.answers(method, path, {"status": status, "title": "No", "detail": detail} | more, status)

    @contextmanager
    def held(self, *paths: str) -> Iterator[threading.Semaphore]:
        """Leaves requests for the paths without an answer; what is yielded is released for each."""
        asked, over = threading.Semaphore(0), threading.Event()
        self._held = dict.fromkeys(paths, (asked, over))
        try:
            yield asked
        finally:
            over.set()

    def answer(self, request: Request) -> tuple[int, Any, dict[str, str]]:
        self.requests.append(request)
        if request.path in self._held:
            asked, over = self._held[request.path]
            asked.release()
            over.wait()
        left = self._answers.get((request.method, request.path))
        if left is None:
            return 404, {"detail": f"There is nothing at {request.path}."}, {}
        return left.pop(0) if len(left) > 1 else left[0]


@contextmanager
def serving(fake: FakeApi) -> Iterator[None]:
    class Handler(BaseHTTPRequestHandler):
        def _answer(self) -> None:
            length = int(self.headers.get("Content-Length") or 0)
            text = self.rfile.read(length).decode()
            path, _, query = self.path.partition("?")
            headers = {name.lower(): value for name, value in self.headers.items()}
            request = Request(self.command, path, query, headers, json.loads(text) if text else None)
            status, body, more = fake.answer(request)
            content = body if isinstance(body, bytes) else json.dumps(body).encode()
            with suppress(BrokenPipeError, ConnectionResetError):
                self._send(status, content, more)

        def _send(self, status: int, content: bytes, more: dict[str, str]) -> None:
            self.send_response(status)
            for name, value in more.items():
                self.send_header(name, value)
            self.send_header("Content-Length", str(len(content)))
            self.end_headers()
            self.wfile.write(content)

        do_GET = do_POST = do_PATCH = do_DELETE = _answer

        def log_message(self, *_: Any) -> None:
            """Says nothing."""

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        fake.url = f"http://127.0.0.1:{server.server_port}"
        thread = threading.Thread(target=server.serve_forever, args=(0.01,))
        thread.start()
        try:
            yield
        finally:
            server.shutdown()
            thread.join()


@pytest.fixture
def fake(monkeypatch: pytest.MonkeyPatch) -> Iterator[FakeApi]:
    api = FakeApi()
    with serving(api):
        monkeypatch.setenv("NIGHTSHIFT_API_URL", api.url)
        monkeypatch.setenv("NIGHTSHIFT_API_KEY", "nsk_test")
        yield api


@dataclass(frozen=True)
class Ended:
    code: int
    out: str
    err: str

    @property
    def json(self) -> Any:
        return json.loads(self.out)

    @property
    def json_lines(self) -> list[Any]:
        return [json.loads(line) for line in self.out.splitlines()]


type Nightshift = Callable[..., Ended]


@pytest.fixture
def nightshift(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> Nightshift:
    """Runs a command as the shell would, with no pause between its questions."""
    make = Api.__init__
    monkeypatch.setattr(Api, "__init__", lambda self, *given, **named: make(self, *given, poll_seconds=0, **named))

    def run(*arguments: str) -> Ended:
        console.cache_clear()
        capsys.readouterr()
        with pytest.raises(SystemExit) as end:
            program.main(list(arguments))
        captured = capsys.readouterr()
        return Ended(int(end.value.code or 0), captured.out, captured.err)

    return run


def job(status: str = "QUEUED", version: int = 1, **values: Any) -> dict[str, Any]:
    """A job as the API shows it."""
    shown = {
        "job_id": "j1",
        "type": "story",
        "status": status,
        "version": version,
        "priority": 0,
        "params": {"language": "en"},
        "tags": ["night"],
        "created_at": "2026-01-31T09:30:00.000Z",
        "attempts": 1,
        "max_attempts": 3,
        "artifacts": [],
    }
    empty = ("progress", "error", "current_step", "step_status", "exit_code", "run_at", "next_attempt_at")
    empty += ("started_at", "finished_at", "batch_id", "schedule_id", "current_run_id")
    return dict.fromkeys(empty) | shown | values
