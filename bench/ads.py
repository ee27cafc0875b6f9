"""What the control plane adds to each stage of an ad: from the end of one stage to the beginning of the next."""

from datetime import datetime
from itertools import pairwise
from typing import Any

import httpx

from bench.figures import Figure, spread
from nightshift_cli.following import watch
from scripts.tools import Failed

ROUNDS = 4
_PARAMS = {"prompt": "a boat at sea", "text": "The night shift begins", "language": "en", "seed": 1}


def stage_figures(api: httpx.Client) -> list[Figure]:
    """The seconds between the stages of warm ads: the worker's answer, Step Functions, and the next worker's start.

    Raises:
        Failed: An ad was refused or did not complete.
    """
    _between(api)  # builds the image where nobody has yet, and starts its environment
    return [spread("ad, added between two stages", [gap for _ in range(ROUNDS) for gap in _between(api)])]


def _between(api: httpx.Client) -> list[float]:
    response = api.post("/jobs", json={"type": "ad", "params": _PARAMS})
    if response.status_code != httpx.codes.CREATED:
        raise Failed(f"POST /jobs answered {response.status_code}: {response.text}")
    *_, job = watch(api, response.json())
    if job["status"] != "COMPLETED":
        raise Failed(f"job {job['job_id']} ended {job['status']}: {job['error']}")
    path = f"/jobs/{job['job_id']}/runs"
    (run,) = api.get(path).json()["runs"]
    steps: list[dict[str, Any]] = api.get(f"{path}/{run['run_id']}").json()["steps"]
    times = [{name: datetime.fromisoformat(step[name]) for name in ("started_at", "finished_at")} for step in steps]
    return [(after["started_at"] - before["finished_at"]).total_seconds() for before, after in pairwise(times)]
