"""Deploying and calling test functions."""

import base64
import io
import json
import time
import zipfile
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from uuid import uuid4

ROLE = "arn:aws:iam::000000000000:role/test"
PROBE = Path(__file__).with_name("probe.py").read_text()


@dataclass(frozen=True)
class Answer:
    """The answer to an invocation: what the function returned, whether it failed, and the tail of its log."""

    payload: Any
    failed: bool
    log: str
    seconds: float


@dataclass(frozen=True)
class Function:
    client: Any
    name: str

    def __call__(self, do: str | None = None, **event: Any) -> Answer:
        """Invoke synchronously; ``do`` names an action of probe.py."""
        body = json.dumps(event if do is None else {"do": do, **event})
        started = time.monotonic()
        response = self.client.invoke(FunctionName=self.name, Payload=body, LogType="Tail")
        seconds = time.monotonic() - started
        log = base64.b64decode(response["LogResult"]).decode()
        payload = json.loads(response["Payload"].read() or b"null")
        return Answer(payload, "FunctionError" in response, log, seconds)


def archive(files: Mapping[str, str]) -> bytes:
    """Return a zip archive; files are executable."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as target:
        for path, text in files.items():
            entry = zipfile.ZipInfo(path)
            entry.external_attr = 0o755 << 16
            target.writestr(entry, text)
    return buffer.getvalue()


def create(client: Any, **settings: Any) -> Function:
    """Create a function, of probe.py if nothing else is given, and wait until it can be called."""
    name = f"f-{uuid4().hex[:12]}"
    if "PackageType" not in settings:
        files = settings.pop("files", {"probe.py": PROBE})
        settings = {"Runtime": "python3.13", "Handler": "probe.handler", **settings}
        settings["Code"] = {"ZipFile": archive(files)}
    client.create_function(FunctionName=name, Role=ROLE, **settings)
    client.get_waiter("function_active_v2").wait(
        FunctionName=name, WaiterConfig={"Delay": 0.1, "MaxAttempts": 600}
    )
    return Function(client, name)


def eventually(condition: Callable[[], Any], seconds: float = 10) -> Any:
    """Return the first true value of ``condition``; fail after ``seconds``."""
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        if value := condition():
            return value
        time.sleep(0.05)
    raise AssertionError(f"not within {seconds} s")
