"""What some jobs ask of AWS, counted: calls in the emulator's log, invocations in the functions' logs."""

import re
import time
from collections import Counter, defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import httpx

from bench.chain import FUNCTIONS, Tally, transitions
from bench.counting import Usage
from bench.proxy import between
from nightshift_cli.following import watch
from scripts.stack import STACK_NAME, Stack, client_options, session
from scripts.tools import Failed

# After the job's end its last messages are still on their way: the slot that was freed, the stream's batch.
_SETTLE_SECONDS = 5.0
_CALL = re.compile(r"localstack\.request\.aws +: AWS (\w+\.\w+) =>")
_REPORT = re.compile(r"REPORT RequestId: \S+\s+Duration: .*Billed Duration: (\d+) ms\s+Memory Size: (\d+) MB")


@dataclass(frozen=True, slots=True)
class Counts:
    """Of ``jobs`` jobs together; functions by their names in the log groups."""

    jobs: int
    calls: Counter[str]
    invocations: Counter[str]
    gigabyte_seconds: dict[str, float]
    read_units: float
    write_units: float
    transitions: int
    logged_bytes: int


def count(stack: Stack, api: httpx.Client, request: dict[str, Any], jobs: int) -> Counts:
    """Makes the jobs one after another and waits for each.

    Raises:
        Failed: One of them did not complete.
    """
    tally = Tally()
    log = stack.instance.directory / "server.log"
    with between(stack, (*FUNCTIONS, "WaiterFunction"), tally):
        _finished(api, request)  # the functions' first, slower calls
        time.sleep(_SETTLE_SECONDS)
        tally.by_function.clear()
        began, offset = int(time.time() * 1000), log.stat().st_size
        ids = [_finished(api, request) for _ in range(jobs)]
        time.sleep(_SETTLE_SECONDS)
    with log.open() as file:
        file.seek(offset)
        calls = Counter(_CALL.findall(file.read()))
    units = sum(tally.by_function.values(), Usage())
    lines = list(_logged(stack, began))
    reports = [(name, found) for name, text in lines if (found := _REPORT.search(text))]
    seconds: defaultdict[str, float] = defaultdict(float)
    for name, found in reports:
        seconds[name] += int(found[1]) / 1000 * int(found[2]) / 1024
    return Counts(
        jobs=jobs,
        calls=calls,
        invocations=Counter(name for name, _ in reports),
        gigabyte_seconds=dict(seconds),
        read_units=units.read_units,
        write_units=units.write_units,
        transitions=sum(transitions(stack, api, job_id) for job_id in ids),
        logged_bytes=sum(len(text.encode()) for _, text in lines),
    )


def _finished(api: httpx.Client, request: dict[str, Any]) -> str:
    *_, job = watch(api, api.post("/jobs", json=request).raise_for_status().json())
    if job["status"] != "COMPLETED":
        raise Failed(f"job {job['job_id']} ended {job['status']}: {job['error']}")
    return str(job["job_id"])


def _logged(stack: Stack, since: int) -> Iterator[tuple[str, str]]:
    """Lines of all functions but the reconciler, which runs every minute whether there are jobs or not."""
    logs = session().client("logs", **client_options(stack.instance))
    prefix = f"/aws/lambda/{STACK_NAME}-"
    for group in logs.describe_log_groups(logGroupNamePrefix=prefix)["logGroups"]:
        name = group["logGroupName"].removeprefix(prefix)
        if name == "reconciler":
            continue
        pages = logs.get_paginator("filter_log_events").paginate(logGroupName=group["logGroupName"], startTime=since)
        yield from ((name, event["message"]) for page in pages for event in page["events"])
