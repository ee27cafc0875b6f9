"""The operations of the committed OpenAPI document, as requests: a new route is one of them without further ado."""

import json
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from typing import Any

from scripts.openapi.build import DOCUMENT
from tests.table import resources

WHOLE: dict[str, Any] = json.loads(DOCUMENT.read_text(encoding="utf-8"))
# Under these names bodies hold ids that are none of a path.
_IDS_IN_BODIES = {"ids": "job_id"}

_CHANGES: dict[str, Callable[[Any], Any]] = {
    "jobs": lambda jobs: jobs * 2,
    "max_stories": lambda number: number + 1,
    "name": lambda name: f"{name}!",
    "priority": lambda number: number + 1,
    "topic": lambda topic: f"{topic}!",
}


def _waiting_paths() -> set[str]:
    events = resources()["WaiterFunction"]["Properties"]["Events"].values()
    return {event["Properties"]["Path"] for event in events}


WAITING_PATHS = _waiting_paths()


@dataclass(frozen=True)
class Operation:
    """``takes`` are the names of its parameters; ``body`` is the example of the document."""

    method: str
    path: str
    statuses: frozenset[int]
    takes: frozenset[str]
    body: Any

    @property
    def parameters(self) -> list[str]:
        """Names of the ids in its path."""
        return re.findall(r"{(\w+)}", self.path)

    @property
    def is_open(self) -> bool:
        return 401 not in self.statuses

    @property
    def is_for_administrators(self) -> bool:
        return 403 in self.statuses

    @property
    def makes(self) -> bool:
        """Whether it takes an Idempotency-Key."""
        return "Idempotency-Key" in self.takes

    def url(self, ids: Mapping[str, str]) -> str:
        return self.path.format_map(ids)

    def body_with(self, ids: Mapping[str, str]) -> Any:
        """The example with those ids in place of its own."""
        return _with_ids(self.body, ids)

    def asking_otherwise(self) -> "Operation":
        """The same with another body, which is as valid."""
        name, value = next((name, value) for name, value in self.body.items() if name in _CHANGES)
        return replace(self, body=self.body | {name: _CHANGES[name](value)})

    def __str__(self) -> str:
        return f"{self.method} {self.path}"


def operations() -> list[Operation]:
    """All that the document has, those that delete last."""
    found = [
        Operation(
            method=method.upper(),
            path=path,
            statuses=frozenset(int(status) for status in told["responses"]),
            takes=frozenset(parameter["name"] for parameter in told.get("parameters", ())),
            body=_example(told),
        )
        for path, methods in WHOLE["paths"].items()
        for method, told in methods.items()
    ]
    return sorted(found, key=lambda operation: (operation.method == "DELETE", operation.path))


def _example(told: dict[str, Any]) -> Any:
    if "requestBody" not in told:
        return None
    (content,) = told["requestBody"]["content"].values()
    return content["examples"]["usual"]["value"]


def _with_ids(value: Any, ids: Mapping[str, str], name: str = "") -> Any:
    if isinstance(value, dict):
        return {key: _with_ids(part, ids, key) for key, part in value.items()}
    if isinstance(value, list):
        return [_with_ids(part, ids, name) for part in value]
    # A tenant's own name for a new tenant is no id of one that there is.
    wanted = name if name.endswith("_id") and name != "tenant_id" else _IDS_IN_BODIES.get(name, "")
    return ids.get(wanted, value)
