"""A client of the REST API, and waiting for conditions with a deadline."""

import json
import time
from collections.abc import Callable
from typing import Any

from tests.stack.deployed import Deployed

Job = dict[str, Any]
TERMINAL = ("COMPLETED", "FAILED", "CANCELLED", "SKIPPED")

DEADLINE_SECONDS = 120
"""Far longer than anything takes: tests end as soon as they can, and a slow machine may need it."""


def submit(stack: Deployed, **body: Any) -> Job:
    answer = stack.api.post("/jobs", json=body)
    assert answer.status_code == 201, answer.text
    return dict(answer.json())


def show(stack: Deployed, job: Job) -> Job:
    answer = stack.api.get(f"/jobs/{job['job_id']}")
    assert answer.status_code == 200, answer.text
    return dict(answer.json())


def wait_for(stack: Deployed, job: Job, reached: Callable[[Job], bool], seconds: float = DEADLINE_SECONDS) -> Job:
    """Long-polls until the job is as wanted; fails with the job as it was at the deadline."""
    deadline = time.monotonic() + seconds
    job = show(stack, job)
    while not reached(job):
        left = deadline - time.monotonic()
        assert left > 0, f"not reached in {seconds} s: {job}"
        query = {"since_version": job["version"], "timeout": min(20.0, round(left, 1))}
        answer = stack.api.get(f"/jobs/{job['job_id']}/wait", params=query)
        assert answer.status_code in (200, 304), answer.text
        if answer.status_code == 200:
            job = dict(answer.json())
        assert reached(job) or job["status"] not in TERMINAL, job
    return job


def ended(stack: Deployed, job: Job, seconds: float = DEADLINE_SECONDS) -> Job:
    return wait_for(stack, job, lambda seen: seen["status"] in TERMINAL, seconds)


def eventually(condition: Callable[[], object], what: str, seconds: float = DEADLINE_SECONDS) -> None:
    """Waits for a condition that nothing announces."""
    deadline = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < deadline, f"not within {seconds} s: {what}"
        time.sleep(0.1)


def runs(stack: Deployed, job: Job) -> list[dict[str, Any]]:
    return list(stack.api.get(f"/jobs/{job['job_id']}/runs").json()["runs"])


def log(stack: Deployed, job: Job) -> list[str]:
    return list(stack.api.get(f"/jobs/{job['job_id']}/logs").json()["lines"])


def invoke(stack: Deployed, function: str, event: Any) -> Any:
    """What the function (logical id) returns; fails if it raised."""
    answer = stack.functions.invoke(FunctionName=stack.function_name(function), Payload=json.dumps(event).encode())
    assert "FunctionError" not in answer, answer["Payload"].read()
    return json.loads(answer["Payload"].read() or "null")


def counted_slots(stack: Deployed) -> dict[str, int]:
    """The counters of slots taken: all, by type, by tenant."""
    key = {"pk": {"S": "SCHEDULER"}, "sk": {"S": "STATE"}}
    item = stack.dynamodb.get_item(TableName=stack.table_name, Key=key, ConsistentRead=True)["Item"]
    return {name: int(value["N"]) for name, value in item.items() if name.startswith("slots_used")}
