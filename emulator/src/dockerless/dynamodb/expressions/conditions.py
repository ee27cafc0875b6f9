"""Evaluates conditions against an item."""

from collections.abc import Mapping
from dataclasses import dataclass

from dockerless.dynamodb.errors import ValidationError
from dockerless.dynamodb.expressions.documents import lookup
from dockerless.dynamodb.expressions.syntax import (
    Between,
    Both,
    Call,
    Compare,
    Condition,
    Either,
    In,
    Not,
    Operand,
    Path,
    Placeholder,
    Sum,
)
from dockerless.dynamodb.values import TYPE_NAMES, Attributes, Value, sortable, text_size

_ORDERED_TYPES = frozenset(("S", "N", "B"))


@dataclass(frozen=True, slots=True)
class Scope:
    """What the placeholders of a request's expressions stand for."""

    names: Mapping[str, str]
    values: Mapping[str, Value]


def holds(condition: Condition, attributes: Attributes, scope: Scope) -> bool:
    """Whether `condition` is true of `attributes` (empty for a missing item)."""
    match condition:
        case Both(left, right):
            return holds(left, attributes, scope) and holds(right, attributes, scope)
        case Either(left, right):
            return holds(left, attributes, scope) or holds(right, attributes, scope)
        case Not(inner):
            return not holds(inner, attributes, scope)
        case Compare(operator, left, right):
            return _compare(operator, operand(left, attributes, scope), operand(right, attributes, scope))
        case Between(subject, low, high):
            found = operand(subject, attributes, scope)
            return _compare(">=", found, operand(low, attributes, scope)) and _compare(
                "<=", found, operand(high, attributes, scope)
            )
        case In(subject, choices):
            found = operand(subject, attributes, scope)
            return found is not None and any(
                found == operand(choice, attributes, scope) for choice in choices
            )
        case Call():
            return _call(condition, attributes, scope)


def operand(node: Operand, attributes: Attributes, scope: Scope) -> Value | None:
    """The value of an operand of a condition, None where its path leads nowhere."""
    match node:
        case Placeholder(name):
            return scope.values[name]
        case Path():
            return lookup(attributes, node.resolve(scope.names))
        case Call("size", (argument,)):
            found = operand(argument, attributes, scope)
            return None if found is None else _size(found)
        case Call(function, _):
            raise ValidationError(
                f"The function is not allowed to be used this way in an expression; function: {function}"
            )
        case Sum():
            raise AssertionError("the parser makes sums in update expressions only")


def _size(value: Value) -> Value | None:
    """`size()` counts characters' bytes or elements, unlike the size an item is charged for."""
    ((kind, content),) = value.items()
    match kind:
        case "S":
            return {"N": str(text_size(content))}
        case "B" | "SS" | "NS" | "BS" | "L" | "M":
            return {"N": str(len(content))}
        case _:
            return None


def _compare(operator: str, left: Value | None, right: Value | None) -> bool:
    if operator == "=":
        return left is not None and left == right
    if operator == "<>":
        return left != right
    if left is None or right is None or left.keys() != right.keys() or not left.keys() <= _ORDERED_TYPES:
        return False
    # The types are equal, so the two sides do compare.
    low, high = sortable(left), sortable(right)
    match operator:
        case "<":
            return low < high  # type: ignore[operator]
        case "<=":
            return low <= high  # type: ignore[operator]
        case ">":
            return low > high  # type: ignore[operator]
        case _:
            return low >= high  # type: ignore[operator]


def _call(call: Call, attributes: Attributes, scope: Scope) -> bool:
    found = operand(call.arguments[0], attributes, scope)
    if call.function == "attribute_exists":
        return found is not None
    if call.function == "attribute_not_exists":
        return found is None
    argument = operand(call.arguments[1], attributes, scope)
    if found is None or argument is None:
        return False
    match call.function:
        case "attribute_type":
            return argument.get("S") in found
        case "begins_with":
            return _begins_with(found, argument)
        case "contains":
            return _contains(found, argument)
        case _:
            raise AssertionError(call.function)


def _begins_with(value: Value, prefix: Value) -> bool:
    for kind in ("S", "B"):
        if kind in value and kind in prefix:
            return bool(value[kind].startswith(prefix[kind]))
    return False


def _contains(value: Value, member: Value) -> bool:
    ((kind, content),) = value.items()
    if kind == "L":
        return member in content
    wanted = kind[0] if kind in ("SS", "NS", "BS") else kind
    return wanted in ("S", "N", "B") and kind != "N" and wanted in member and member[wanted] in content


def check_operand_types(condition: Condition, scope: Scope, parameter: str) -> None:
    """Refuses, as DynamoDB does before reading, literals a comparison or function cannot take.

    Raises:
        ValidationError: such as a map beside `<`, or a number as the prefix of `begins_with`.
    """
    match condition:
        case Both(left, right) | Either(left, right):
            check_operand_types(left, scope, parameter)
            check_operand_types(right, scope, parameter)
        case Not(inner):
            check_operand_types(inner, scope, parameter)
        case Compare(operator, left, right) if operator in ("<", "<=", ">", ">="):
            _require(operator, (left, right), _ORDERED_TYPES, scope, parameter)
        case Between(subject, low, high):
            _require("BETWEEN", (subject, low, high), _ORDERED_TYPES, scope, parameter)
        case Call("begins_with", arguments):
            _require("begins_with", arguments, frozenset(("S", "B")), scope, parameter)
        case Call("attribute_type", (_, kind)):
            _require("attribute_type", (kind,), frozenset(("S",)), scope, parameter)
        case _:
            return


def _require(
    name: str, operands: tuple[Operand, ...], allowed: frozenset[str], scope: Scope, parameter: str
) -> None:
    for node in operands:
        if isinstance(node, Placeholder) and not (kinds := scope.values[node.name].keys()) <= allowed:
            raise ValidationError(
                f"Invalid {parameter}: Incorrect operand type for operator or function; "
                f"operator or function: {name}, operand type: {TYPE_NAMES[next(iter(kinds))]}"
            )
