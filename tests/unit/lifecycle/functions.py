"""The event functions as Lambda runs them: their own handlers, and events in the shapes that AWS sends."""

import importlib.util
import json
from collections.abc import Callable, Mapping
from datetime import datetime
from functools import cache
from types import ModuleType
from typing import Any

from nightshift.executions import Execution
from tests.unit.control.conftest import MACHINES, ROOT, Context

Event = dict[str, Any]

NAMES = ("listener", "dispatcher", "timer", "finisher", "reconciler")


class Functions:
    """``now`` takes the clock's place in each of them."""

    def __init__(self, now: Callable[[], datetime]) -> None:
        self._apps = {name: _app(name) for name in NAMES}
        for app in self._apps.values():
            if hasattr(app, "now"):
                app.now = now  # type: ignore[attr-defined]

    def call(self, name: str, event: Event) -> Any:
        """Whatever the handler answers or raises."""
        return self._apps[name].handler(event, Context())


@cache
def _app(name: str) -> ModuleType:
    spec = importlib.util.spec_from_file_location(f"lifecycle_{name}", ROOT / "functions" / name / "app.py")
    assert spec
    assert spec.loader
    app = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(app)
    return app


def of_stream(*records: Event) -> Event:
    return {"Records": list(records)}


def of_queue(body: Mapping[str, Any]) -> Event:
    """A message as SQS hands it to a function."""
    return {"Records": [{"messageId": "1", "eventSource": "aws:sqs", "body": json.dumps(body)}]}


def of_bus(detail: Mapping[str, Any]) -> Event:
    return {"detail": detail}


def of_execution(started_with: Mapping[str, Any], execution: Execution) -> Event:
    """The status event: without the error if nobody gave one by failing, which the finisher has to ask for."""
    name = started_with["run"]["run_id"]
    arn = MACHINES.replace(":stateMachine:", ":execution:") + f"any:{name}"
    told = {"executionArn": arn, "name": name, "status": execution.status, "input": json.dumps(started_with)}
    if execution.output is not None:
        told["output"] = json.dumps(execution.output)
    if execution.status == "FAILED":
        told |= {"error": execution.error or "", "cause": execution.cause or ""}
    return of_bus(told)
