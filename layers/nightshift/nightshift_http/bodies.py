"""Bodies: what comes in as JSON, and how much may go out."""

import json
from collections.abc import Iterable
from functools import partial
from typing import Any, NoReturn

from aws_lambda_powertools.event_handler.openapi.exceptions import RequestValidationError
from pydantic import BaseModel

ANSWER_BYTES_AT_MOST = 4 * 1024 * 1024
"""Of a Lambda function's 6 MB; the rest is for what stands around a list."""

_EXACT = 2**53
"""Up to here a float holds every integer."""

write = partial(json.dumps, ensure_ascii=False, separators=(",", ":"))


def parse(text: str) -> Any:
    """The JSON value, as RFC 8259 has it.

    Raises:
        json.JSONDecodeError: it is none, or one that is too deep, or has numbers or characters that nothing can hold.
    """
    try:
        value = json.loads(text, parse_constant=_no_number, parse_float=_number)
        if "\\u" in text:
            # Half a surrogate pair can be written in JSON, but in no encoding.
            write(value).encode()
    except (ValueError, RecursionError) as error:
        raise json.JSONDecodeError(str(error), "", 0) from error
    return value


def parse_body(text: str) -> Any:
    """As ``parse``, of a request's body, which no route takes a list for.

    Raises:
        RequestValidationError: it is a list; Powertools would take its first value for the body.
    """
    value = parse(text)
    if isinstance(value, list):
        raise RequestValidationError([{"type": "dict_type", "loc": ("body",), "msg": "Input should be an object"}])
    return value


def that_fit[R: BaseModel](resources: Iterable[R]) -> list[R]:
    """The first of the resources, as many as one answer holds, and at least one."""
    fitting: list[R] = []
    left = ANSWER_BYTES_AT_MOST
    for resource in resources:
        left -= _bytes_sent(resource)
        if left < 0 and fitting:
            break
        fitting.append(resource)
    return fitting


def _bytes_sent(resource: BaseModel) -> int:
    # A function answers with its body as a string within JSON: quotes and backslashes are escaped once more.
    return len(write(resource.model_dump_json()).encode())


def _number(text: str) -> int | float:
    # In JSON as in its schemas 3.0 is the integer 3; a larger one would not be what was written.
    value = float(text)
    return int(value) if value.is_integer() and abs(value) <= _EXACT else value


def _no_number(name: str) -> NoReturn:
    raise ValueError(f"{name} is no JSON number")
