"""What was really run of a job, by the log that Lambda keeps of a function."""

import json
from collections import Counter
from collections.abc import Iterator
from datetime import datetime

from tests.e2e.client import Job, eventually
from tests.stack.deployed import Deployed


def stages_run(stack: Deployed, job: Job, at_least: int) -> Counter[str]:
    """How often the ad studio was invoked for each stage of the job, which has ended or waits.

    Lambda stores an invocation's log a moment after its answer, so this waits for as many as there should be.
    """
    counted: Counter[str] = Counter()

    def complete() -> bool:
        nonlocal counted
        counted = Counter(_stages(stack, job))
        return counted.total() >= at_least

    eventually(complete, f"the logs of {at_least} stages", 120)
    return counted


def _stages(stack: Deployed, job: Job) -> Iterator[str]:
    """The stage of each invocation: its first line after START that is of the job."""
    group = f"/aws/lambda/{stack.function_name('AdstudioFunction')}"
    since = int(datetime.fromisoformat(job["created_at"]).timestamp() * 1000)
    pages = stack.logs.get_paginator("filter_log_events").paginate(logGroupName=group, startTime=since)
    fresh: dict[str, bool] = {}  # by stream, which is one environment's: its invocations follow each other
    for event in (event for page in pages for event in page["events"]):
        stream, message = event["logStreamName"], event["message"]
        if message.startswith("START "):
            fresh[stream] = True
        elif fresh.get(stream) and message.startswith("{"):
            line = json.loads(message)
            if line.get("job_id") == job["job_id"]:
                fresh[stream] = False
                yield line["step"]
