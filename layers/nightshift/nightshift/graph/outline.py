"""What a state machine's definition says of its shape.

The definition is in the Amazon States Language, https://states-language.net; in it a state's name is its only one, also
among those of branches.
"""

import json
import re
from collections.abc import Iterator
from typing import Any

from nightshift.models.graph import Edge, Node

type State = dict[str, Any]

_COMPARISON = re.compile(r"(?:String|Numeric|Boolean|Timestamp)(\w+?)(?:Path)?")
_SIGNS = {
    "Equals": "==",
    "LessThan": "<",
    "LessThanEquals": "<=",
    "GreaterThan": ">",
    "GreaterThanEquals": ">=",
    "Matches": "matches",
}
_NOT_COMPARING = {"Variable", "Next", "Comment", "Assign", "Output"}


def outline(definition: State, parent: str | None = None, branch: int | None = None) -> tuple[list[Node], list[Edge]]:
    """The states, none of them entered, and the ways between them, those of branches included."""
    nodes: list[Node] = []
    edges: list[Edge] = []
    for name, state in definition["States"].items():
        starts = name == definition["StartAt"]
        nodes.append(_node(name, state, starts, parent, branch))
        edges += _edges(name, state)
        for number, inner in enumerate(_branches(state)):
            inner_nodes, inner_edges = outline(inner, name, number)
            nodes += inner_nodes
            edges += inner_edges
    return nodes, edges


def _node(name: str, state: State, starts: bool, parent: str | None, branch: int | None) -> Node:
    return Node(
        id=name,
        type=state["Type"],
        comment=state.get("Comment"),
        parent=parent,
        branch=branch,
        step=_step(state),
        starts=starts,
        ends=bool(state.get("End")) or state["Type"] in ("Succeed", "Fail"),
    )


def _step(state: State) -> str | None:
    """What the state tells the worker to do, if that is fixed."""
    told = state.get("Parameters", state.get("Arguments"))
    payload = told.get("Payload") if isinstance(told, dict) else None
    step = payload.get("step") if isinstance(payload, dict) else None
    return step if isinstance(step, str) else None


def _branches(state: State) -> list[State]:
    if state["Type"] == "Parallel":
        return list(state["Branches"])
    if state["Type"] == "Map":
        # Iterator is what ItemProcessor was called before.
        return [state["ItemProcessor"] if "ItemProcessor" in state else state["Iterator"]]
    return []


def _edges(name: str, state: State) -> Iterator[Edge]:
    if "Next" in state:
        yield Edge(source=name, target=state["Next"], kind="next")
    for rule in state.get("Choices", ()):
        yield Edge(source=name, target=rule["Next"], kind="choice", label=_condition(rule))
    if "Default" in state:
        yield Edge(source=name, target=state["Default"], kind="default")
    for rule in state.get("Catch", ()):
        yield Edge(source=name, target=rule["Next"], kind="catch", label=", ".join(rule["ErrorEquals"]))


def _condition(rule: State) -> str:
    if "Condition" in rule:
        return str(rule["Condition"])
    for name, joint in (("And", " and "), ("Or", " or ")):
        if name in rule:
            return joint.join(f"({_condition(part)})" for part in rule[name])
    if "Not" in rule:
        return f"not ({_condition(rule['Not'])})"
    comparisons = [(name, value) for name, value in rule.items() if name not in _NOT_COMPARING]
    return " and ".join(f"{rule['Variable']} {_sign(name)} {json.dumps(value)}" for name, value in comparisons)


def _sign(comparison: str) -> str:
    found = _COMPARISON.fullmatch(comparison)
    return _SIGNS.get(found[1], comparison) if found else comparison
