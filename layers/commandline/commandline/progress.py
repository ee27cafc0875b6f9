"""What a command tells the program that runs it: progress on stderr, its result on stdout."""

import json
import sys
from collections.abc import Mapping


def report(percent: int, message: str) -> None:
    """Write one progress line to stderr; `percent` is 0-100."""
    print(json.dumps({"progress": percent, "message": message}, ensure_ascii=False), file=sys.stderr, flush=True)


def finish(summary: Mapping[str, object]) -> None:
    """Write the result summary, which must be the last line of stdout."""
    print(json.dumps(summary, ensure_ascii=False), flush=True)
