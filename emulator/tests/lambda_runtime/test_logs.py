"""Logs in the response and in CloudWatch Logs."""

import re
from typing import Any

from .conftest import Deploy
from .deploy import Function, eventually


def test_tail_is_complete_and_framed(deploy: Deploy) -> None:
    log = deploy(Timeout=20)("talk", lines=50).log
    lines = log.splitlines()
    assert lines[0] == "init phase"
    assert re.fullmatch(r"START RequestId: \S{36} Version: \$LATEST", lines[1])
    assert lines[2:54] == [*(f"line {number}" for number in range(50)), "from a child", "no newline"]
    assert lines[54].startswith("END RequestId: ")
    assert re.match(
        r"REPORT RequestId: \S+\tDuration: [\d.]+ ms\tBilled Duration: \d+ ms\tMemory Size: 128 MB\t"
        r"Max Memory Used: \d+ MB\tInit Duration: [\d.]+ ms",
        lines[55],
    )


def test_nothing_is_lost_or_mixed_up(probe: Function) -> None:
    for count in range(1, 30):
        assert f"line {count - 1}\nfrom a child\nno newline\nEND" in probe("talk", lines=count).log


def test_cloudwatch_logs(deploy: Deploy, instance: Any) -> None:
    function, logs = deploy(), instance.client("logs")
    stream = function("describe").payload["context"]["log_stream"]
    function("boom")

    def messages() -> list[str]:
        try:
            found = logs.get_log_events(logGroupName=f"/aws/lambda/{function.name}", logStreamName=stream)
        except logs.exceptions.ResourceNotFoundException:
            return []
        return [event["message"] for event in found["events"]]

    text = eventually(lambda: (joined := "".join(messages())).count("REPORT") == 2 and joined)
    assert text.count("START") == text.count("END") == 2
    assert "[ERROR] ValueError: boom" in text


def test_log_of_a_failed_init(deploy: Deploy, instance: Any) -> None:
    function, logs = deploy(files={"probe.py": "print('half way')\n1/0"}), instance.client("logs")
    assert function("x").payload["errorType"] == "ZeroDivisionError"

    def logged() -> bool:
        try:
            found = logs.filter_log_events(logGroupName=f"/aws/lambda/{function.name}")["events"]
        except logs.exceptions.ResourceNotFoundException:
            return False
        return any("half way" in event["message"] for event in found)

    eventually(logged)
