"""The program's result: the JSON object on the last line of its standard output."""

import json
from math import isfinite
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from mypy_boto3_s3 import S3Client

MAX_BYTES = 32_768
_MAX_DEPTH = 16
_MAX_INTEGER = 10**37  # DynamoDB numbers have 38 digits


def parse_summary(line: str) -> dict[str, Any]:
    """The summary as every store of the way can hold it; empty if the line is no JSON object."""
    try:
        content = json.loads(line)
    except (ValueError, RecursionError):
        return {}
    return _holdable(content, _MAX_DEPTH) if isinstance(content, dict) else {}


def bounded(summary: dict[str, Any], s3: "S3Client", bucket: str, key: str) -> dict[str, Any]:
    """The summary or, if it is too large for a table item, where it lies (``s3_key``, ``size``)."""
    body = json.dumps(summary, ensure_ascii=False).encode()
    if len(body) <= MAX_BYTES:
        return summary
    s3.put_object(Bucket=bucket, Key=key, Body=body, ContentType="application/json")
    return {"s3_key": key, "size": len(body)}


def _holdable(value: Any, depth: int) -> Any:
    """Without NaN, oversized numbers, lone surrogates and bottomless nesting."""
    if isinstance(value, str):
        return value.encode("utf-8", errors="replace").decode()
    if isinstance(value, dict | list) and depth == 0:
        return None
    if isinstance(value, dict):
        return {_holdable(key, 0): _holdable(part, depth - 1) for key, part in value.items()}
    if isinstance(value, list):
        return [_holdable(part, depth - 1) for part in value]
    if isinstance(value, float) and (not isfinite(value) or abs(value) >= 1e100 or 0 < abs(value) < 1e-100):
        return None
    if isinstance(value, int) and abs(value) >= _MAX_INTEGER:
        return str(value)
    return value
