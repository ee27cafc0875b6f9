"""The expressions of one request, with the placeholders they share."""

from collections.abc import Mapping
from typing import Any

from dockerless.dynamodb.errors import ValidationError
from dockerless.dynamodb.expressions.conditions import Scope, check_operand_types
from dockerless.dynamodb.expressions.parser import parse_condition, parse_projection, parse_update
from dockerless.dynamodb.expressions.syntax import Action, Condition, Parsed, ResolvedPath
from dockerless.dynamodb.values import canonical_attributes

_PARAMETERS = (
    "UpdateExpression",
    "ConditionExpression",
    "KeyConditionExpression",
    "FilterExpression",
    "ProjectionExpression",
)
_LEGACY = (
    "AttributesToGet",
    "AttributeUpdates",
    "ConditionalOperator",
    "Expected",
    "KeyConditions",
    "QueryFilter",
    "ScanFilter",
)


class Expressions:
    """Parses the expressions a request holds and checks their placeholders.

    Call `check_all_used` when every expression has been asked for.
    """

    def __init__(self, request: Mapping[str, Any]) -> None:
        """Raises ValidationError when placeholders are given without an expression or are malformed."""
        self._request = request
        for parameter in _LEGACY:
            # To ignore a condition would be worse than to refuse the request.
            if request.get(parameter):
                raise ValidationError(
                    f"The legacy parameter {parameter} is not supported here: use an expression"
                )
        names = request.get("ExpressionAttributeNames")
        values = request.get("ExpressionAttributeValues")
        present = any(request.get(parameter) is not None for parameter in _PARAMETERS)
        for kind, given in (("Names", names), ("Values", values)):
            if given is None:
                continue
            if not present:
                raise ValidationError(
                    f"ExpressionAttribute{kind} can only be specified when using expressions"
                )
            if not given:
                raise ValidationError(f"ExpressionAttribute{kind} must not be empty")
            prefix = "#" if kind == "Names" else ":"
            for key in given:
                if not key.startswith(prefix) or len(key) < 2:
                    raise ValidationError(
                        f'ExpressionAttribute{kind} contains invalid key: Syntax error; key: "{key}"'
                    )
        self.scope = Scope(names or {}, canonical_attributes(values or {}))
        self._used_names: set[str] = set()
        self._used_values: set[str] = set()

    def condition(self, parameter: str = "ConditionExpression") -> Condition | None:
        """The condition under `parameter`, None when the request has none."""
        text = self._request.get(parameter)
        if text is None:
            return None
        tree = self._checked(parse_condition(text, parameter), parameter).tree
        check_operand_types(tree, self.scope, parameter)
        return tree

    def filtered_paths(self, parameter: str = "FilterExpression") -> tuple[ResolvedPath, ...]:
        """The attribute paths that the condition under `parameter` looks at."""
        text = self._request.get(parameter)
        return () if text is None else self._resolved(parse_condition(text, parameter))

    def update(self) -> tuple[Action, ...]:
        """The actions of the UpdateExpression, none when the request has none."""
        text = self._request.get("UpdateExpression")
        if text is None:
            return ()
        return self._checked(parse_update(text, "UpdateExpression"), "UpdateExpression").tree

    def projection(self) -> tuple[ResolvedPath, ...] | None:
        """The paths of the ProjectionExpression, None when the request has none."""
        text = self._request.get("ProjectionExpression")
        if text is None:
            return None
        parsed = self._checked(parse_projection(text, "ProjectionExpression"), "ProjectionExpression")
        paths = tuple(path.resolve(self.scope.names) for path in parsed.tree)
        for position, path in enumerate(paths):
            for other in paths[position + 1 :]:
                shared = min(len(path), len(other))
                if path[:shared] == other[:shared]:
                    raise ValidationError(
                        "Invalid ProjectionExpression: Two document paths overlap with each other; must "
                        "remove or "
                        f"rewrite one of these paths; path one: [{path[0]}], path two: [{other[0]}]"
                    )
        return paths

    def check_all_used(self) -> None:
        """Raises ValidationError for a placeholder that no expression uses."""
        for kind, given, used in (
            ("Names", self.scope.names, self._used_names),
            ("Values", self.scope.values, self._used_values),
        ):
            if unused := [key for key in given if key not in used]:
                raise ValidationError(
                    f"Value provided in ExpressionAttribute{kind} unused in expressions: "
                    f"keys: {{{', '.join(unused)}}}"
                )

    def _resolved(self, parsed: Parsed[Any]) -> tuple[ResolvedPath, ...]:
        return tuple(path.resolve(self.scope.names) for path in parsed.paths)

    def _checked[Tree](self, parsed: Parsed[Tree], parameter: str) -> Parsed[Tree]:
        for name in parsed.names:
            if name not in self.scope.names:
                raise ValidationError(
                    f"Invalid {parameter}: An expression attribute name used in the document path is not "
                    "defined; "
                    f"attribute name: {name}"
                )
        for value in parsed.values:
            if value not in self.scope.values:
                raise ValidationError(
                    f"Invalid {parameter}: An expression attribute value used in expression is not defined; "
                    f"attribute value: {value}"
                )
        self._used_names.update(parsed.names)
        self._used_values.update(parsed.values)
        return parsed
