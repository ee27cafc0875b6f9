"""Warm and cold, errors, limits."""

from concurrent.futures import ThreadPoolExecutor
from typing import Any

import psutil
import pytest
from botocore.exceptions import ClientError

from .conftest import Deploy
from .deploy import Function, eventually

PROMPTLY = 8
"""Seconds: less than a client takes that tries again and again, more than a busy machine takes."""


def test_warm_environment_is_used_again(deploy: Deploy) -> None:
    function = deploy()
    assert [function("describe").payload["calls"] for _ in range(3)] == [1, 2, 3]


def test_one_invocation_at_a_time_per_environment(deploy: Deploy) -> None:
    function = deploy(Timeout=20)
    with ThreadPoolExecutor() as pool:
        slow = pool.submit(function, "sleep", seconds=1.5)
        other = eventually(lambda: function("describe"))
        assert not slow.done()
        assert other.payload["calls"] == 1  # a fresh one, as the first was busy
        assert not slow.result().failed


def test_handler_error(probe: Function) -> None:
    answer = probe("boom")
    assert answer.failed
    assert answer.payload["errorType"] == "ValueError"
    assert answer.payload["errorMessage"] == "boom"
    assert '"/var/task/probe.py"' in answer.payload["stackTrace"][-1]
    assert not probe("describe").failed


def test_timeout_kills_everything_and_the_next_is_fresh(deploy: Deploy) -> None:
    function, marker = deploy(Timeout=1), "98761"
    assert function("describe").payload["calls"] == 1
    answer = function("grandchild", marker=marker, seconds=30)
    assert answer.seconds < PROMPTLY
    assert answer.payload["errorType"] == "Sandbox.Timedout"
    assert answer.payload["errorMessage"].endswith("Task timed out after 1.00 seconds")
    assert "Status: timeout" in answer.log
    eventually(lambda: not running(marker))
    assert function("describe").payload["calls"] == 1


@pytest.mark.parametrize(
    ("action", "how"),
    [
        ({"do": "leave", "status": 3}, "exit status 3"),
        ({"do": "leave", "status": 0}, "exited without providing a reason"),
        ({"do": "killed"}, "signal: killed"),
    ],
)
def test_crash(deploy: Deploy, action: dict[str, Any], how: str) -> None:
    function = deploy(Timeout=20)
    answer = function(**action)
    assert answer.seconds < PROMPTLY
    assert answer.payload["errorType"] == "Runtime.ExitError"
    assert how in answer.payload["errorMessage"]
    assert "Max Memory Used: 0 MB" not in answer.log
    assert function("describe").payload["calls"] == 1


@pytest.mark.parametrize(
    ("handler", "error"),
    [
        ("nothing.handler", "Runtime.ImportModuleError"),
        ("probe.nothing", "Runtime.HandlerNotFound"),
        ("malformed", "Runtime.MalformedHandlerName"),
    ],
)
def test_bad_handler(deploy: Deploy, handler: str, error: str) -> None:
    answer = deploy(Handler=handler, Timeout=20)("describe")
    assert answer.failed
    assert answer.seconds < PROMPTLY
    assert answer.payload["errorType"] == error


@pytest.mark.parametrize(
    ("source", "error"),
    [
        ("raise KeyError('x')", "KeyError"),
        ("import os; os._exit(1)", "Runtime.ExitError"),
        ("(", "SyntaxError"),
    ],
)
def test_init_error_is_the_answer_each_time_and_logged(deploy: Deploy, source: str, error: str) -> None:
    function = deploy(
        files={"probe.py": f"print('starting')\n{source}\n"} if source != "(" else {"probe.py": "("}
    )
    for answer in (function("describe"), function("describe")):
        assert answer.failed
        assert error in answer.payload["errorType"]
        assert answer.seconds < PROMPTLY
        assert source == "(" or "starting" in answer.log
        assert "Max Memory Used: 0 MB" not in answer.log


def test_missing_bootstrap(deploy: Deploy) -> None:
    answer = deploy(Runtime="provided.al2023", files={"readme": ""})("describe")
    assert answer.seconds < PROMPTLY
    assert answer.payload["errorType"] == "Runtime.InvalidEntrypoint"


def test_memory_limit(deploy: Deploy) -> None:
    function = deploy(MemorySize=128, Timeout=20)
    answer = function("hog", megabytes=300)
    assert answer.payload["errorType"] == "Runtime.OutOfMemory"
    assert answer.payload["errorMessage"].endswith("signal: killed")
    assert answer.seconds < PROMPTLY
    assert "Max Memory Used: 128 MB" in answer.log
    assert not function("hog", megabytes=10, seconds=0.5).failed


def test_response_limit(probe: Function) -> None:
    limit = 6_291_556
    assert not probe("large", size=limit - 2).failed  # and two quotes
    answer = probe("large", size=limit - 1)
    assert answer.payload == {
        "errorType": "Function.ResponseSizeTooLarge",
        "errorMessage": f"Response payload size ({limit + 1} bytes) exceeded maximum allowed payload size"
        f" ({limit} bytes).",
    }
    assert not probe("describe").failed


def test_reserved_concurrency(deploy: Deploy, functions: Any) -> None:
    function = deploy(Timeout=20)
    functions.put_function_concurrency(FunctionName=function.name, ReservedConcurrentExecutions=1)

    def attempt(_: int) -> str:
        try:
            return "failed" if function("sleep", seconds=1).failed else "done"
        except ClientError as error:
            return str(error.response["Error"]["Code"])

    with ThreadPoolExecutor() as pool:
        assert sorted(pool.map(attempt, range(2))) == ["TooManyRequestsException", "done"]
    assert not function("describe").failed


def running(marker: str) -> list[psutil.Process]:
    """Return the processes with ``marker`` as an argument."""
    return [
        process for process in psutil.process_iter(["cmdline"]) if marker in (process.info["cmdline"] or [])
    ]
