"""What each change of a job's status adds to the metrics, and when it is counted."""

import json
from collections.abc import Callable
from types import ModuleType
from typing import Any

import pytest

from nightshift import changes
from nightshift.figures import figures_of
from nightshift.store.items import to_item

pytestmark = [pytest.mark.unit, pytest.mark.usefixtures("aws")]

T = "2026-01-31T09:30:{:02}.000Z"
QUEUED = {"job_id": "1", "tenant_id": "t", "type": "probe", "status": "QUEUED", "version": 1, "queued_at": T.format(0)}
RUNNING = QUEUED | {"status": "RUNNING", "version": 2, "started_at": T.format(4), "updated_at": T.format(4)}
ENDED = RUNNING | {"version": 3, "updated_at": T.format(9)}


@pytest.mark.parametrize(
    ("old", "new", "figures"),
    [
        (None, QUEUED, {"Queued": 1}),
        (None, QUEUED | {"status": "SCHEDULED"}, {}),
        (QUEUED, RUNNING, {"Started": 1, "WaitTime": 4}),
        (RUNNING, ENDED, {}),
        (RUNNING, ENDED | {"status": "COMPLETED"}, {"Succeeded": 1, "RunTime": 5}),
        (RUNNING, ENDED | {"status": "FAILED"}, {"Failed": 1, "RunTime": 5}),
        (RUNNING, ENDED | {"status": "SKIPPED"}, {"Skipped": 1, "RunTime": 5}),
        (RUNNING, ENDED | {"status": "CANCELLED"}, {"Cancelled": 1, "RunTime": 5}),
        (QUEUED, QUEUED | {"status": "CANCELLED", "version": 2}, {"Cancelled": 1}),
        (RUNNING, ENDED | {"status": "SCHEDULED"}, {"RunTime": 5, "Retries": 1}),
        (RUNNING, ENDED | {"status": "WAITING"}, {"RunTime": 5}),
        # A clock that was put back.
        (QUEUED | {"queued_at": T.format(9)}, RUNNING | {"queued_at": T.format(9)}, {"Started": 1, "WaitTime": 0}),
    ],
)
def test_figures(old: dict[str, Any] | None, new: dict[str, Any], figures: dict[str, float]) -> None:
    assert figures_of(old, new) == figures


def record(old: dict[str, Any], new: dict[str, Any]) -> dict[str, Any]:
    images = {"Keys": {"pk": {"S": "JOB#1"}, "sk": {"S": "JOB"}}, "OldImage": to_item(old), "NewImage": to_item(new)}
    return {"eventID": "e", "eventName": "MODIFY", "dynamodb": images}


def embedded(output: str) -> list[dict[str, Any]]:
    """The metrics among the lines, as CloudWatch reads them."""
    lines = [json.loads(line) for line in output.splitlines() if line.startswith("{")]
    return [line for line in lines if "_aws" in line]


class Bus:
    def __init__(self, failed: int) -> None:
        self.failed = failed

    def put_events(self, **_: object) -> dict[str, int]:
        return {"FailedEntryCount": self.failed}


@pytest.fixture
def listen(
    function: Callable[[str], ModuleType], context: Any, monkeypatch: pytest.MonkeyPatch
) -> Callable[[list[dict[str, Any]], int], None]:
    app = function("listener")

    def handle(records: list[dict[str, Any]], failed: int) -> None:
        monkeypatch.setattr(changes, "events", lambda: Bus(failed))
        app.handler({"Records": records}, context)

    return handle


def test_the_listener_writes_them_with_the_jobs_type(
    listen: Callable[[list[dict[str, Any]], int], None], capsys: pytest.CaptureFixture[str]
) -> None:
    other = {"type": "story", "job_id": "2"}
    listen([record(QUEUED, RUNNING), record(RUNNING | other, ENDED | other | {"status": "FAILED"})], 0)
    started, failed = embedded(capsys.readouterr().out)
    (directive,) = started["_aws"]["CloudWatchMetrics"]
    assert directive["Namespace"] == "nightshift"
    assert sorted(directive["Dimensions"][0]) == ["service", "type"]
    assert {(metric["Name"], metric["Unit"]) for metric in directive["Metrics"]} == {
        ("Started", "Count"),
        ("WaitTime", "Seconds"),
    }
    assert (started["type"], started["WaitTime"]) == ("probe", [4.0])
    assert (failed["type"], failed["Failed"], failed["RunTime"]) == ("story", [1.0], [5.0])


def test_a_batch_that_comes_again_is_not_counted_before(
    listen: Callable[[list[dict[str, Any]], int], None], capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(changes.PublishError):
        listen([record(QUEUED, RUNNING)], 1)
    assert embedded(capsys.readouterr().out) == []
