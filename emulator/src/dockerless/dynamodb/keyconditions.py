"""Turns a KeyConditionExpression into bounds of an index."""

from typing import Any

from dockerless.dynamodb.errors import INVALID, ValidationError
from dockerless.dynamodb.expressions.conditions import Scope
from dockerless.dynamodb.expressions.syntax import (
    Between,
    Both,
    Call,
    Compare,
    Condition,
    Operand,
    Path,
    Placeholder,
)
from dockerless.dynamodb.index import Bounds, Last
from dockerless.dynamodb.schema import KeySchema
from dockerless.dynamodb.values import Value, sortable

_NOT_SUPPORTED = "Query key condition not supported"
_MIRRORED = {"=": "=", "<": ">", "<=": ">=", ">": "<", ">=": "<="}


def key_bounds(condition: Condition, scope: Scope, keys: KeySchema, types: dict[str, str]) -> Bounds:
    """The range of an index that a key condition selects.

    Raises:
        ValidationError: the condition is not an equality on the hash key, alone or with one
            comparison, BETWEEN or begins_with on the range key.
    """
    found: dict[str, tuple[str, list[Value]]] = {}
    for term in _terms(condition):
        operator, name, values = _term(term, scope)
        if name in found:
            raise ValidationError("KeyConditionExpressions must only contain one condition per key")
        found[name] = (operator, values)
    if keys.hash not in found:
        raise ValidationError(f"Query condition missed key schema element: {keys.hash}")
    if len(found) == 2 and keys.range not in found:
        missed = keys.range or next(name for name in found if name != keys.hash)
        raise ValidationError(f"Query condition missed key schema element: {missed}")
    if len(found) > 2 or found[keys.hash][0] != "=":
        raise ValidationError(_NOT_SUPPORTED)
    for name, (_, values) in found.items():
        if any(types[name] not in value for value in values):
            raise ValidationError(f"{INVALID}Condition parameter type does not match schema type")
    prefix = (sortable(found[keys.hash][1][0]),)
    if keys.range is None or keys.range not in found:
        return Bounds(prefix, (*prefix, Last()))
    operator, values = found[keys.range]
    return _range_bounds(prefix, operator, [sortable(value) for value in values])


def _range_bounds(prefix: tuple[Any, ...], operator: str, values: list[Any]) -> Bounds:
    at = (*prefix, values[0])
    # Keys of an index go on with the table's key: `Last` stands behind all that start the same.
    end = (*prefix, Last())
    match operator:
        case "=":
            return Bounds(at, (*at, Last()))
        case "<":
            return Bounds(prefix, at, include_high=False)
        case "<=":
            return Bounds(prefix, (*at, Last()))
        case ">":
            return Bounds((*at, Last()), end)
        case ">=":
            return Bounds(at, end)
        case "BETWEEN":
            if values[0] > values[1]:
                raise ValidationError(
                    "Invalid KeyConditionExpression: The BETWEEN operator requires upper bound to be "
                    "greater than or "
                    "equal to lower bound"
                )
            return Bounds(at, (*prefix, values[1], Last()))
        case _:
            return Bounds(at, (*prefix, Last(values[0])))


def _terms(condition: Condition) -> list[Condition]:
    if isinstance(condition, Both):
        return _terms(condition.left) + _terms(condition.right)
    return [condition]


def _term(condition: Condition, scope: Scope) -> tuple[str, str, list[Value]]:
    match condition:
        case Compare(operator, Path() as path, Placeholder() as value) if operator in _MIRRORED:
            return operator, _attribute(path, scope), [_value(value, scope)]
        case Compare(operator, Placeholder() as value, Path() as path) if operator in _MIRRORED:
            return _MIRRORED[operator], _attribute(path, scope), [_value(value, scope)]
        case Between(Path() as path, Placeholder() as low, Placeholder() as high):
            return "BETWEEN", _attribute(path, scope), [_value(low, scope), _value(high, scope)]
        case Call("begins_with", (Path() as path, Placeholder() as prefix)):
            return "begins_with", _attribute(path, scope), [_value(prefix, scope)]
        case _:
            raise ValidationError("Invalid operator used in KeyConditionExpression")


def _attribute(path: Path, scope: Scope) -> str:
    steps = path.resolve(scope.names)
    if len(steps) > 1 or not isinstance(steps[0], str):
        raise ValidationError("KeyConditionExpressions cannot have conditions on nested attributes")
    return steps[0]


def _value(node: Operand, scope: Scope) -> Value:
    assert isinstance(node, Placeholder)
    return scope.values[node.name]
