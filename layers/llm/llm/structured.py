"""Reading an object of a schema out of a model's answer: as it stands, fenced, or between its outermost braces."""

import json
import re
from collections.abc import Iterator

from pydantic import BaseModel, ValidationError

_FENCED = re.compile(r"```(?:json)?[ \t]*\n(.*?)```", re.DOTALL | re.IGNORECASE)


def read[M: BaseModel](answer: str, schema: type[M]) -> M:
    """The first of the three readings that fits the schema.

    Raises:
        ValueError: none does; the text says what was wrong with the last.
    """
    reason = "it is empty"
    for candidate in _candidates(answer):
        try:
            content = json.loads(candidate)
        except (ValueError, RecursionError) as error:
            reason = f"it is not JSON: {error}"
            continue
        try:
            return schema.model_validate(content)
        except ValidationError as error:
            first = error.errors(include_url=False, include_input=False)[0]
            reason = f"{'.'.join(str(part) for part in first['loc']) or 'the whole'}: {first['msg']}"
    raise ValueError(reason)


def instruction(schema: type[BaseModel]) -> str:
    """What the system prompt says about the form of the answer."""
    return f"Answer with one JSON object of this schema and nothing else:\n{json.dumps(schema.model_json_schema())}"


def _candidates(answer: str) -> Iterator[str]:
    yield answer.strip()
    yield from (block.strip() for block in _FENCED.findall(answer))
    start, end = answer.find("{"), answer.rfind("}")
    if 0 <= start < end:
        yield answer[start : end + 1]
