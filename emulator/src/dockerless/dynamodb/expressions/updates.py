"""Applies update expressions to an item's attributes."""

from collections.abc import Mapping
from itertools import combinations
from typing import Any

from dockerless.dynamodb.errors import INVALID, ValidationError
from dockerless.dynamodb.expressions.conditions import Scope
from dockerless.dynamodb.expressions.documents import child, lookup
from dockerless.dynamodb.expressions.syntax import Action, Call, Operand, Path, Placeholder, ResolvedPath, Sum
from dockerless.dynamodb.values import TYPE_NAMES, Attributes, Value, add_numbers, copied, number

_NO_ATTRIBUTE = "The provided expression refers to an attribute that does not exist in the item"
_BAD_PATH = "The document path provided in the update expression is invalid for update"
_BAD_TYPE = "An operand in the update expression has an incorrect data type"
_SETS = frozenset(("SS", "NS", "BS"))


def check_update(actions: tuple[Action, ...], scope: Scope, key_names: tuple[str, ...]) -> None:
    """Refuses, before the item is read, an update that fits no item.

    Raises:
        ValidationError: overlapping paths, a change of the key, an operand of an impossible type.
    """
    paths = [action.path.resolve(scope.names) for action in actions]
    for one, two in combinations(paths, 2):
        shared = min(len(one), len(two))
        if one[:shared] == two[:shared]:
            raise ValidationError(
                "Invalid UpdateExpression: Two document paths overlap with each other; "
                f"must remove or rewrite one of these paths; path one: {_shown(one)}, path two: {_shown(two)}"
            )
    for path in paths:
        if path[0] in key_names:
            raise ValidationError(
                f"{INVALID}Cannot update attribute {path[0]}. This attribute is part of the key"
            )
    for action in actions:
        if action.clause in ("ADD", "DELETE") and isinstance(action.operand, Placeholder):
            _check_set_operand(action.clause, scope.values[action.operand.name])


def _check_set_operand(clause: str, value: Value) -> None:
    (kind,) = value
    if kind not in _SETS and (clause, kind) != ("ADD", "N"):
        raise ValidationError(
            "Invalid UpdateExpression: Incorrect operand type for operator or function; "
            f"operator: {clause}, operand type: {TYPE_NAMES[kind]}, typeset: ALLOWED_FOR_{clause}_OPERAND"
        )


def _shown(path: ResolvedPath) -> str:
    return "[" + ", ".join(f"[{step}]" if isinstance(step, int) else step for step in path) + "]"


def updated(attributes: Attributes, actions: tuple[Action, ...], scope: Scope) -> Attributes:
    """A new set of attributes: `attributes` after all `actions`.

    Every operand is read from the item as it was before the update.

    Raises:
        ValidationError: an action does not fit this item.
    """
    result = dict(attributes)
    for name in {action.path.resolve(scope.names)[0] for action in actions if len(action.path.steps) > 1}:
        assert isinstance(name, str)
        if name in result:
            result[name] = copied(result[name])
    removals: list[ResolvedPath] = []
    for action in actions:
        path = action.path.resolve(scope.names)
        if action.operand is None:
            removals.append(path)
            continue
        value = _evaluate(action.operand, attributes, scope)
        if action.clause == "SET":
            _assign(result, path, value)
        elif (merged := _merge(action.clause, lookup(attributes, path), value)) is not None:
            _assign(result, path, merged)
        else:
            removals.append(path)
    # The highest list index first, so that the others still name what they named.
    for path in sorted(removals, key=lambda path: [str(step).zfill(10) for step in path], reverse=True):
        _remove(result, path)
    return result


def _evaluate(node: Operand, attributes: Attributes, scope: Scope) -> Value:
    match node:
        case Placeholder(name):
            return scope.values[name]
        case Path():
            return _existing(lookup(attributes, node.resolve(scope.names)))
        case Call("if_not_exists", (Path() as path, default)):
            found = lookup(attributes, path.resolve(scope.names))
            return _evaluate(default, attributes, scope) if found is None else found
        case Call("list_append", (first, second)):
            head, tail = _evaluate(first, attributes, scope), _evaluate(second, attributes, scope)
            if "L" not in head or "L" not in tail:
                raise ValidationError(_BAD_TYPE)
            return {"L": head["L"] + tail["L"]}
        case Sum(left, right, sign):
            one, two = _evaluate(left, attributes, scope), _evaluate(right, attributes, scope)
            if "N" not in one or "N" not in two:
                raise ValidationError(_BAD_TYPE)
            return {"N": add_numbers(one["N"], two["N"], sign)}
        case Call():
            raise AssertionError("the parser knows no other function")


def _existing(value: Value | None) -> Value:
    if value is None:
        raise ValidationError(_NO_ATTRIBUTE)
    return value


def _merge(clause: str, current: Value | None, change: Value) -> Value | None:
    """What ADD or DELETE makes of `current`; None when the attribute goes."""
    (kind,) = change
    if current is not None and kind not in current:
        raise ValidationError(_BAD_TYPE)
    if kind == "N":
        return {"N": add_numbers(current["N"], change["N"])} if current else change
    members = set(current[kind]) if current else set()
    members = members | set(change[kind]) if clause == "ADD" else members - set(change[kind])
    return {kind: sorted(members, key=number if kind == "NS" else None)} if members else None


def _parent(attributes: Attributes, path: ResolvedPath) -> Value:
    parent: Value | None = {"M": attributes}
    for step in path[:-1]:
        parent = child(parent, step)
    if parent is None or ("M" if isinstance(path[-1], str) else "L") not in parent:
        raise ValidationError(_BAD_PATH)
    return parent


def _assign(attributes: Attributes, path: ResolvedPath, value: Value) -> None:
    parent, last = _parent(attributes, path), path[-1]
    if isinstance(last, str):
        parent["M"][last] = value
    elif last < len(parent["L"]):
        parent["L"][last] = value
    else:
        # DynamoDB appends whatever index past the end is given.
        parent["L"].append(value)


def _remove(attributes: Attributes, path: ResolvedPath) -> None:
    last = path[-1]
    container: Any = _parent(attributes, path)["M" if isinstance(last, str) else "L"]
    if isinstance(last, str):
        container.pop(last, None)
    elif last < len(container):
        del container[last]


def touched(actions: tuple[Action, ...], names: Mapping[str, str]) -> list[ResolvedPath]:
    """The paths an update names, which UPDATED_OLD and UPDATED_NEW return."""
    return [action.path.resolve(names) for action in actions]
