"""Images from addresses that strangers name."""

from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from threading import Thread

import pytest
from PIL import Image

from adstudio.cli import main
from tests.unit.adstudio.test_intake import encoded, plain


@contextmanager
def server(pages: dict[str, tuple[int, dict[str, str], bytes]]) -> Iterator[str]:
    """A web server on this machine; yields its URL."""

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            status, headers, body = pages.get(self.path, (404, {}, b""))
            self.send_response(status)
            for name, value in headers.items():
                self.send_header(name, value)
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, format: str, *args: object) -> None:
            """Nothing."""

    with HTTPServer(("127.0.0.1", 0), Handler) as running:
        thread = Thread(target=running.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True)
        thread.start()
        yield f"http://127.0.0.1:{running.server_port}"
        running.shutdown()


def fetch(url: str, out: Path, *options: str) -> int:
    return main(["img_gen", f"--image-url={url}", f"--out={out}", *options])


LOCAL = "--allow-local-addresses"


def test_an_image_is_fetched_over_redirects(tmp_path: Path) -> None:
    pages = {"/a": (302, {"Location": "/b"}, b""), "/b": (200, {}, encoded(plain(), "JPEG"))}
    with server(pages) as url:
        assert fetch(f"{url}/a", tmp_path, LOCAL) == 0
    assert Image.open(tmp_path / "image.png").size == (400, 300)


@pytest.mark.parametrize(
    "url", ["http://127.0.0.1/x.png", "https://127.0.0.1/x.png", "https://169.254.169.254/latest", "file:///etc/passwd"]
)
def test_this_machine_and_the_metadata_service_are_not_asked(
    url: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert fetch(url, tmp_path) == 1
    assert "the image is not fetched" in capsys.readouterr().err


def test_a_redirect_to_where_nobody_may_go_is_not_followed(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    with server({"/a": (302, {"Location": "http://169.254.169.254/latest"}, b"")}) as url:
        assert fetch(f"{url}/a", tmp_path, LOCAL) == 1
    assert "link-local" in capsys.readouterr().err


def test_a_redirect_to_what_is_no_url_is_refused(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    with server({"/a": (302, {"Location": "http://[x"}, b"")}) as url:
        assert fetch(f"{url}/a", tmp_path, LOCAL) == 1
    assert "the image is not fetched" in capsys.readouterr().err


def test_redirects_in_a_circle_end(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    with server({"/a": (302, {"Location": "/a"}, b"")}) as url:
        assert fetch(f"{url}/a", tmp_path, LOCAL) == 1
    assert "more than 5 redirects" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("page", "code"), [((404, {}, b""), 1), ((503, {}, b""), 2), ((200, {}, b"<html>"), 1), ((200, {}, b""), 1)]
)
def test_other_answers_are_failures_of_the_right_kind(
    page: tuple[int, dict[str, str], bytes], code: int, tmp_path: Path
) -> None:
    with server({"/a": page}) as url:
        assert fetch(f"{url}/a", tmp_path, LOCAL) == code


def test_more_than_10_mb_are_refused(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    with server({"/a": (200, {}, bytes(10 * 2**20 + 5))}) as url:
        assert fetch(f"{url}/a", tmp_path, LOCAL) == 1
    assert "more than 10 MB" in capsys.readouterr().err


def test_where_nobody_answers_trying_again_may_help(tmp_path: Path) -> None:
    with server({}) as url:
        pass
    assert fetch(f"{url}/a", tmp_path, LOCAL) == 2
