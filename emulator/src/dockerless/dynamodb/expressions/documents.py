"""Reading attributes along document paths."""

from collections.abc import Iterable

from dockerless.dynamodb.expressions.syntax import ResolvedPath, Step
from dockerless.dynamodb.values import Attributes, Value

type _Tree = dict[Step, "_Tree"]


def lookup(attributes: Attributes, path: ResolvedPath) -> Value | None:
    """The value at `path`, or None where there is none."""
    current: Value | None = {"M": attributes}
    for step in path:
        current = child(current, step)
        if current is None:
            return None
    return current


def child(value: Value | None, step: Step) -> Value | None:
    """The member of a map, or the element of a list, that `step` names."""
    if value is None:
        return None
    if isinstance(step, str):
        members: Attributes = value.get("M") or {}
        return members.get(step)
    elements: list[Value] = value.get("L") or []
    return elements[step] if step < len(elements) else None


def project(attributes: Attributes, paths: Iterable[ResolvedPath]) -> Attributes:
    """The parts of `attributes` that `paths` name, list elements moved together."""
    tree: _Tree = {}
    for path in paths:
        branch = tree
        for step in path:
            branch = branch.setdefault(step, {})
    kept = _prune({"M": attributes}, tree)
    return {} if kept is None else kept["M"]


def _prune(value: Value, tree: _Tree) -> Value | None:
    if not tree:
        return value
    kept: list[tuple[Step, Value]] = []
    for step in sorted(tree, key=lambda step: (isinstance(step, int), step)):
        found = child(value, step)
        if found is not None and (pruned := _prune(found, tree[step])) is not None:
            kept.append((step, pruned))
    if not kept:
        return None
    return {"M": dict(kept)} if "M" in value else {"L": [element for _, element in kept]}
