"""The few of n8n's expressions that the workflows under docs/n8n use; any other is refused, and so is a missing field.

n8n takes a string that begins with ``=`` as a template: what stands in ``{{ }}`` is JavaScript, and a template that is
nothing but one expression keeps its value's type.
"""

import json
import re
from collections.abc import Callable
from typing import Any

type Roots = Callable[[str], Any]
"""What the name that a path begins with means, such as ``$json`` or ``$('Trigger').first().json``."""

_EXPRESSION = re.compile(r"\{\{(.*?)\}\}", re.DOTALL)
_AS_JSON = re.compile(r"JSON\.stringify\((.*)\)", re.DOTALL)
_ROOT = re.compile(r"\$\('[^']+'\)\.first\(\)\.json|\$[a-z]+")
_STEP = re.compile(r"(\??)\.(\w+)|\[(\d+)\]")


class ExpressionError(ValueError):
    """The expression is none of those that are known, or leads nowhere."""


def evaluate(template: str, roots: Roots) -> Any:
    """The value of a parameter as n8n would send it.

    Raises:
        ExpressionError: an expression is unknown, or names a field that is not there.
    """
    if not template.startswith("="):
        return template
    template = template[1:]
    first = _EXPRESSION.match(template)
    if first and first.end() == len(template):
        return _value(first[1].strip(), roots)
    return _EXPRESSION.sub(lambda found: _as_text(_value(found[1].strip(), roots)), template)


def _as_text(value: Any) -> str:
    if value is None:
        return ""
    return value if isinstance(value, str) else json.dumps(value)


def _value(expression: str, roots: Roots) -> Any:
    if stringified := _AS_JSON.fullmatch(expression):
        return json.dumps(_value(stringified[1], roots))
    root = _ROOT.match(expression)
    if root is None:
        raise ExpressionError(f"unknown expression: {expression}")
    value, at = roots(root[0]), root.end()
    while at < len(expression):
        step = _STEP.match(expression, at)
        if step is None:
            raise ExpressionError(f"unknown expression: {expression}")
        value, at = _after(step, value, expression), step.end()
    return value


def _after(step: re.Match[str], value: Any, expression: str) -> Any:
    optional, name, index = step.groups()
    if value is None and optional:
        return None
    try:
        return value[name] if name else value[int(index)]
    except (KeyError, IndexError, TypeError) as error:
        raise ExpressionError(f"{expression}: there is no {step[0]} in {value!r:.300}") from error
