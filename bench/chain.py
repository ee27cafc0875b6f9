"""What a job costs from POST to its end: calls and capacity units of DynamoDB, and transitions of its state machine.

The functions run in processes of their own, so their calls are counted in a proxy between them and the emulator.
"""

import json
from collections import defaultdict
from threading import Lock
from typing import Any

import httpx

from bench.counting import Usage, usage_of
from bench.figures import Aim, Figure
from bench.jobs import ended, send
from bench.proxy import Answer, Call, Forward, between
from scripts.stack import Stack, client_options, session

FUNCTIONS = ("ApiFunction", "DispatcherFunction", "FinisherFunction", "ListenerFunction", "StorytellerFunction")
_JOBS = 10

WRITE_UNITS = Aim(
    30,
    "",
    "Of 26 without a worker POST takes 5, claim 10, and end 11; a step takes 3 more: its begin 1 and its end 2. A "
    "change of status moves the job within an index.",
)
TRANSITIONS = Aim(8, "", "Each state that an execution enters counts once, and so does each retry.")


class Tally:
    """Stands in the proxy, has DynamoDB tell the units of each call, and adds them up by function."""

    def __init__(self) -> None:
        self.by_function: defaultdict[str, Usage] = defaultdict(Usage)
        self._lock = Lock()

    def __call__(self, call: Call, forward: Forward) -> Answer:
        asking = json.loads(call.body) | {"ReturnConsumedCapacity": "INDEXES"}
        answer = forward(json.dumps(asking).encode())
        usage = Usage(calls=1)
        if answer.status == httpx.codes.OK:
            usage += usage_of(call.operation, json.loads(answer.body))
        with self._lock:
            self.by_function[call.function] += usage
        return answer


def count_jobs(stack: Stack, api: httpx.Client) -> list[Figure]:
    """Figures of a probe without a CLI and of one with a CLI, each the mean of some jobs one after another."""
    return [
        figure
        for name, params in (("no CLI", {"cli": False}), ("with CLI", {"artifact_bytes": 100}))
        for figure in _count(stack, api, name, params)
    ]


def _count(stack: Stack, api: httpx.Client, name: str, params: dict[str, Any]) -> list[Figure]:
    tally = Tally()
    with between(stack, FUNCTIONS, tally):
        ended(api, send(api, params))  # cold functions note the lane once each
        tally.by_function.clear()
        jobs = [ended(api, send(api, params)) for _ in range(_JOBS)]
    total = sum(tally.by_function.values(), Usage())
    calls, reads, writes = (value / _JOBS for value in (total.calls, total.read_units, total.write_units))
    parts = ", ".join(
        f"{function.removesuffix('Function').lower()} {usage.calls / _JOBS:.1f}"
        for function, usage in sorted(tally.by_function.items())
    )
    entered = transitions(stack, api, jobs[-1].job_id)
    return [
        Figure(f"DynamoDB calls of a job, {name}", f"{calls:.1f} ({parts})"),
        Figure(f"read units of a job, {name}", f"{reads:.1f}"),
        Figure(f"write units of a job, {name}", f"{writes:.1f}", writes, WRITE_UNITS),
        Figure(f"state transitions of a job, {name}", str(entered), entered, TRANSITIONS),
    ]


def transitions(stack: Stack, api: httpx.Client, job_id: str) -> int:
    """How many states the job's one execution has entered."""
    (run,) = api.get(f"/jobs/{job_id}/runs").raise_for_status().json()["runs"]
    client = session().client("stepfunctions", **client_options(stack.instance))
    pages = client.get_paginator("get_execution_history").paginate(executionArn=run["execution_arn"])
    return sum(event["type"].endswith("StateEntered") for page in pages for event in page["events"])
