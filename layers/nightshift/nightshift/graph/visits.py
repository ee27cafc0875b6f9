"""What an execution's history says of the states that it visited."""

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from nightshift.executions import message_in
from nightshift.models.graph import Node, NodeError, NodeStatus

type Event = Mapping[str, Any]

_TEXT_AT_MOST = 8_000
_CAUSE_AT_MOST = 2_000
_BEGINS_WORK = ("Scheduled", "ParallelStateStarted", "MapStateStarted")
_GOES_WRONG = ("Failed", "TimedOut")


@dataclass(slots=True)
class Failure:
    """Shared by a state and the Parallel or Map that failed for it; ``final`` if no Retry can follow."""

    at: datetime
    error: NodeError | None
    final: bool = False


@dataclass(slots=True, eq=False)
class Visit:
    """One visit of a state. ``outer`` is that of the Parallel or Map around it."""

    name: str
    entered_at: datetime
    outer: "Visit | None"
    input: str
    output: str = ""
    attempts: int = 0
    began_at: datetime | None = None
    exited_at: datetime | None = None
    failure: Failure | None = None


@dataclass(slots=True)
class Visits:
    """All visits of one execution, from its events in their order.

    An event names the one before it, not the state that it is of. So each event is kept with the visit that was under
    way after it.
    """

    nodes: Mapping[str, Node]
    ended_at: datetime | None = None
    _of: dict[str, list[Visit]] = field(default_factory=dict)
    _after: dict[int, Visit | None] = field(default_factory=dict)

    def add(self, events: Iterable[Event]) -> None:
        """Take note of the events; those of states that the definition does not have are passed over."""
        for event in events:
            self._after[event["id"]] = self._follow(event, self._after.get(event.get("previousEventId", 0)))

    def shown(self) -> list[Node]:
        """The nodes as the visits leave them."""
        return [self._shown(node) for node in self.nodes.values()]

    def _follow(self, event: Event, before: Visit | None) -> Visit | None:
        kind, time = event["type"], event["timestamp"]
        if kind.endswith("StateEntered"):
            return self._enter(event["stateEnteredEventDetails"], time, before)
        if kind.endswith("StateExited"):
            return _exit(event["stateExitedEventDetails"], time, before)
        if kind.startswith("Execution"):
            if kind != "ExecutionStarted":
                self._end(event, before)
            return before
        visit = self._concerned(kind, before)
        if visit and kind.endswith(_BEGINS_WORK):
            visit.attempts += 1
            visit.began_at = time
            visit.failure = None
        elif before and visit and kind.endswith(_GOES_WRONG):
            if visit is before:
                before.failure = Failure(time, _error_in(event) or _error_of(before), kind.startswith("MapIteration"))
            else:
                # A Parallel tells nothing of its failure: it is that of the state which failed in it.
                visit.failure = before.failure = before.failure or Failure(time, None)
        return visit

    def _enter(self, details: Event, time: datetime, before: Visit | None) -> Visit | None:
        name = details["name"]
        node = self.nodes.get(name)
        if node is None:
            return before
        visit = Visit(name, time, _around(before, node.parent), details.get("input", "")[: _TEXT_AT_MOST + 1])
        self._of.setdefault(name, []).append(visit)
        return visit

    def _concerned(self, kind: str, before: Visit | None) -> Visit | None:
        """A Parallel's own events follow on those of a state within it."""
        container = next((name for name in ("Parallel", "Map") if kind.startswith(f"{name}State")), None)
        while container and before and self.nodes[before.name].type != container:
            before = before.outer
        return before

    def _end(self, event: Event, before: Visit | None) -> None:
        self.ended_at = event["timestamp"]
        while event["type"] == "ExecutionFailed" and before:
            before.failure = before.failure or Failure(event["timestamp"], None)
            before.failure.error = before.failure.error or _error_in(event)
            before = before.outer

    def _shown(self, node: Node) -> Node:
        visits = self._of.get(node.id, [])
        if not visits:
            return node
        last = visits[-1]
        # A Map visits its states side by side. Of those that belong together, what is not well counts most.
        beside = [visit for visit in visits if visit.outer is last.outer and _is_current(visit)]
        worst = (NodeStatus.FAILED, NodeStatus.RUNNING)
        by_status = {self._status(visit): visit for visit in beside}
        visit = next((by_status[status] for status in worst if status in by_status), last)
        status = self._status(visit)
        given, given_cut = _value(visit.input)
        made, made_cut = _value(visit.output)
        told: dict[str, Any] = {
            "status": status,
            "visits": len(visits),
            "attempts": visit.attempts,
            "entered_at": visit.entered_at,
            "exited_at": None if status is NodeStatus.RUNNING else _left_at(visit, self.ended_at),
            "input": given,
            "input_truncated": given_cut,
            "output": made,
            "output_truncated": made_cut,
            "error": _error_of(visit),
        }
        return Node.model_validate(node.model_dump() | told)

    def _status(self, visit: Visit) -> NodeStatus:
        if visit.exited_at:
            return NodeStatus.CAUGHT if visit.failure else NodeStatus.SUCCEEDED
        is_final = visit.failure is not None and visit.failure.final
        if not is_final and not self._is_over(visit):
            return NodeStatus.RUNNING
        return NodeStatus.FAILED if visit.failure else NodeStatus.STOPPED

    def _is_over(self, visit: Visit) -> bool:
        """Whether a visit that was not left ended with what is around it."""
        if self.ended_at:
            return True
        outer = visit.outer
        return outer is not None and bool(outer.exited_at or outer.failure or self._is_over(outer))


def _exit(details: Event, time: datetime, before: Visit | None) -> Visit | None:
    visit = _around(before, details["name"])
    if visit is None:
        return before
    visit.exited_at = time
    visit.output = details.get("output", "")[: _TEXT_AT_MOST + 1]
    return visit.outer


def _around(visit: Visit | None, name: str | None) -> Visit | None:
    """The visit of that name which this one is or lies in."""
    while visit and visit.name != name:
        visit = visit.outer
    return visit


def _is_current(visit: Visit) -> bool:
    """Whether it is of the latest attempt at what is around it."""
    return visit.outer is None or visit.outer.began_at is None or visit.entered_at >= visit.outer.began_at


def _left_at(visit: Visit | None, ended_at: datetime | None) -> datetime | None:
    if visit is None:
        return ended_at
    return visit.exited_at or (visit.failure.at if visit.failure else _left_at(visit.outer, ended_at))


def _error_of(visit: Visit) -> NodeError | None:
    return visit.failure.error if visit.failure else None


def _error_in(event: Event) -> NodeError | None:
    kind = event["type"]
    details = event.get(f"{kind[0].lower()}{kind[1:]}EventDetails") or {}
    error, cause = details.get("error"), details.get("cause")
    if not error and not cause:
        return None
    return NodeError(error=error, cause=message_in(cause)[:_CAUSE_AT_MOST] or None)


def _value(text: str) -> tuple[Any, bool]:
    """The JSON value, or the beginning of a text that is too long; and whether it was."""
    if len(text) > _TEXT_AT_MOST:
        return text[:_TEXT_AT_MOST], True
    try:
        return json.loads(text), False
    except ValueError:
        # Step Functions itself cuts what is too long for its history.
        return text or None, bool(text)
