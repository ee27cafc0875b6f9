"""The sample events in `events/`: one per function of the template, each of which the function understands."""

import json
from collections.abc import Callable
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

pytestmark = [pytest.mark.unit, pytest.mark.usefixtures("aws")]

ROOT = Path(__file__).resolve().parents[3]
EVENTS = {path.stem: path for path in (ROOT / "events").glob("*.json")}
ZIP_FUNCTIONS = sorted(path.parent.name for path in (ROOT / "functions").glob("*/app.py"))


def test_every_function_has_one() -> None:
    assert sorted(EVENTS) == sorted(path.name for path in (ROOT / "functions").iterdir() if path.is_dir())


@pytest.mark.parametrize("name", ZIP_FUNCTIONS)
def test_the_function_understands_it(name: str, function: Callable[[str], ModuleType], context: Any) -> None:
    answer = function(name).handler(json.loads(EVENTS[name].read_text()), context)
    if "statusCode" in (answer or {}):
        # The waiter's event names a job that nobody made.
        assert answer["statusCode"] == {"api": 201, "waiter": 404}[name]


def test_the_worker_understands_its_event() -> None:
    from nightshift.worker.task import Task

    task = Task.from_event(json.loads(EVENTS["storyteller"].read_text()))
    assert (task.command, task.step, task.run.run_number) == ("story", "write_story", 1)
