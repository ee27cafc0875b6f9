"""A job's story can be followed: every line about it, of every function, says whose it is."""

import json
import logging
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from types import ModuleType
from typing import Any

import pytest

from nightshift import executions
from nightshift.log_keys import told_by
from nightshift.store.reads import find_job
from tests.unit.control.gateway import Gateway
from tests.unit.control.jobs import fresh

pytestmark = [pytest.mark.unit, pytest.mark.usefixtures("aws")]

Load = Callable[[str], ModuleType]


@contextmanager
def listening() -> Iterator[list[dict[str, Any]]]:
    """The structured lines that are written meanwhile, as CloudWatch gets them."""
    written: list[dict[str, Any]] = []
    logger = logging.getLogger("nightshift")

    class Keep(logging.Handler):
        def emit(self, record: logging.LogRecord) -> None:
            written.append(json.loads(self.format(record)))

    handler = Keep()
    handler.setFormatter(logger.handlers[0].formatter)
    logger.addHandler(handler)
    try:
        yield written
    finally:
        logger.removeHandler(handler)


def test_every_line_of_a_jobs_way_says_whose_it_is(api: Gateway, function: Load, context: Any) -> None:
    dispatcher, finisher = function("dispatcher"), function("finisher")
    with listening() as lines:
        job_id = api.call("POST", "/jobs", {"type": "probe", "params": {"cli": False}}).json()["job_id"]
        message = {"job_id": job_id, "tenant_id": "default", "correlation_id": "request-1"}
        dispatcher.handler({"Records": [{"messageId": "m", "body": json.dumps(message)}]}, context)
        job = find_job(job_id)
        assert job
        _, run = fresh(job)
        detail = {
            "executionArn": executions.arn_of(run),
            "name": run.run_id,
            "status": "ABORTED",
            "input": json.dumps(executions.input_of(run)),
        }
        finisher.handler({"detail": detail}, context)
    about = [line for line in lines if line.get("job_id") == job_id]
    assert [line["message"] for line in about] == ["job made", "claimed", "run ended"]
    assert {line["tenant_id"] for line in about} == {"default"}
    assert {line["correlation_id"] for line in about} == {"request-1"}
    assert [line.get("run_id") for line in about] == [None, run.run_id, run.run_id]
    (answered,) = [line for line in lines if line["message"] == "answered"]
    assert (answered["tenant_id"], answered["correlation_id"]) == ("default", "request-1")
    assert (answered["method"], answered["path"], answered["status_code"]) == ("POST", "/jobs", 201)


def test_a_message_that_cannot_be_attended_to_says_whose_it_was(
    function: Load, context: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    dispatcher = function("dispatcher")

    def broken(*_: object) -> None:
        raise RuntimeError("no table")

    monkeypatch.setattr(dispatcher, "attend", broken)
    message = {"job_id": "1", "run_id": "2", "tenant_id": "t", "correlation_id": "c", "version": 3}
    with listening() as lines:
        answer = dispatcher.handler({"Records": [{"messageId": "m", "body": json.dumps(message)}]}, context)
    assert answer == {"batchItemFailures": [{"itemIdentifier": "m"}]}
    (line,) = [line for line in lines if line["level"] == "ERROR"]
    assert told_by(line) == told_by(message)
    assert "no table" in line["exception"]


def test_what_one_message_was_about_is_not_said_of_the_next(function: Load, context: Any) -> None:
    dispatcher = function("dispatcher")
    known = {"job_id": "00000000-0000-0000-0000-000000000001", "tenant_id": "t", "status": "COMPLETED"}
    with listening() as lines:
        records = [{"messageId": "1", "body": json.dumps(known)}, {"messageId": "2", "body": "{}"}]
        dispatcher.handler({"Records": records}, context)
    (line,) = [line for line in lines if line["level"] == "ERROR"]
    assert told_by(line) == {}
