"""`sam local start-api`: the API in a container, over HTTP."""

import socket
import subprocess
import time
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest

from tests.sam.local import SECONDS_AT_MOST, Sam

pytestmark = pytest.mark.timeout(1800)  # the first test waits until all images are built


@pytest.fixture(scope="module")
def api(sam: Sam, tmp_path_factory: pytest.TempPathFactory) -> Iterator[httpx.Client]:
    port = _free_port()
    log = tmp_path_factory.mktemp("start-api") / "log"
    server = sam.popen("start-api", "--host", "127.0.0.1", "--port", str(port), "--warm-containers", "LAZY", log=log)
    try:
        _wait_for(port, server, log)
        with httpx.Client(base_url=f"http://127.0.0.1:{port}", timeout=SECONDS_AT_MOST) as client:
            yield client
    finally:
        server.terminate()  # it then removes its containers; SIGINT it may have been started to ignore
        server.wait(60)


def test_it_serves_the_api(api: httpx.Client) -> None:
    assert api.get("/health").status_code == 200
    made = api.post("/jobs", json={"type": "probe", "params": {"seconds": 0}})
    assert made.status_code == 201
    assert api.get(f"/jobs/{made.json()['job_id']}").json()["type"] == "probe"
    refused = api.post("/jobs", json={"type": "none such"})
    assert (refused.status_code, refused.headers["content-type"]) == (422, "application/problem+json")


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def _wait_for(port: int, server: subprocess.Popen[bytes], log: Path) -> None:
    deadline = time.monotonic() + SECONDS_AT_MOST
    while time.monotonic() < deadline:
        assert server.poll() is None, log.read_text()
        with socket.socket() as probe:
            if probe.connect_ex(("127.0.0.1", port)) == 0:
                return
        time.sleep(0.2)
    pytest.fail(f"`sam local start-api` does not listen:\n{log.read_text()}")
