"""The latency of every route that reads, warm, as the OpenAPI document names them."""

import json
import re
import time

import httpx

from bench.figures import Figure, spread
from scripts.openapi.build import DOCUMENT
from scripts.tools import Failed

ROUNDS = 20
WARM_UP_ROUNDS = 2
_PROBE = {"type": "probe", "params": {"cli": False}}


def time_routes(api: httpx.Client) -> list[Figure]:
    """p50 and p95 of each, slowest first; what they ask for is made before, and small."""
    ids = {
        "job_id": _made(api, "/jobs", _PROBE)["job_id"],
        "batch_id": _made(api, "/jobs/batch/trigger", {"jobs": [_PROBE] * 3})["batch_id"],
        "schedule_id": _made(api, "/schedules", {"name": "bench", "rate": "30 days", "job": _PROBE})["schedule_id"],
    }
    paths = json.loads(DOCUMENT.read_text(encoding="utf-8"))["paths"]
    readable = [path for path, methods in paths.items() if "get" in methods and _parameters(path) <= ids.keys()]
    timed = {path: _time(api, path.format_map(ids)) for path in readable}
    slowest_first = sorted(timed.items(), key=lambda entry: -sum(entry[1]))
    return [spread(f"GET {path}", seconds) for path, seconds in slowest_first]


def _parameters(path: str) -> set[str]:
    return set(re.findall(r"{(\w+)}", path))


def _made(api: httpx.Client, path: str, body: object) -> dict[str, str]:
    answer = api.post(path, json=body)
    if answer.is_error:
        raise Failed(f"POST {path} answered {answer.status_code}: {answer.text}")
    return dict(answer.json())


def _time(api: httpx.Client, path: str) -> list[float]:
    found = []
    for _ in range(WARM_UP_ROUNDS + ROUNDS):
        started = time.perf_counter()
        answer = api.get(path)
        found.append(time.perf_counter() - started)
        if answer.is_error:
            raise Failed(f"GET {path} answered {answer.status_code}: {answer.text}")
    return found[WARM_UP_ROUNDS:]
