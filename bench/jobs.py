"""Jobs made through the API and timed by their own timestamps.

The client's clock at POST and the job's ``started_at`` and ``finished_at`` are of the same machine, so nothing has to
poll while a job is on its way; it is looked at when it is most likely over. Both timestamps are taken just before the
write that they tell of, some milliseconds before others can read it.
"""

import time
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import httpx

from scripts.stack import Stack, client_options, session
from scripts.tools import Failed
from scripts.watch import watch

SENDERS = 10


@dataclass(frozen=True, slots=True)
class Sent:
    """A job as POST answered it; ``at`` is the time just before it was sent, ``answered`` the seconds it took."""

    job: dict[str, Any]
    at: float
    answered: float


@dataclass(frozen=True, slots=True)
class TimedJob:
    """Seconds from the moment before POST was sent until it was answered, the job ran, and the job was completed."""

    job_id: str
    answered: float
    running: float
    completed: float


def send(api: httpx.Client, params: dict[str, Any]) -> Sent:
    """Makes a probe.

    Raises:
        Failed: It was refused.
    """
    at, started = time.time(), time.perf_counter()
    response = api.post("/jobs", json={"type": "probe", "params": params})
    answered = time.perf_counter() - started
    if response.status_code != httpx.codes.CREATED:
        raise Failed(f"POST /jobs answered {response.status_code}: {response.text}")
    return Sent(response.json(), at, answered)


def ended(api: httpx.Client, sent: Sent) -> TimedJob:
    """Waits for the job's end.

    Raises:
        Failed: It did not complete.
    """
    *_, job = watch(api, sent.job)
    if job["status"] != "COMPLETED":
        raise Failed(f"job {job['job_id']} ended {job['status']}: {job['error']}")
    running, completed = (datetime.fromisoformat(job[name]).timestamp() for name in ("started_at", "finished_at"))
    return TimedJob(job["job_id"], sent.answered, running - sent.at, completed - sent.at)


def time_many(api: httpx.Client, count: int) -> float:
    """Seconds from the first POST of ``count`` probes with a CLI until the last one completed."""
    with ThreadPoolExecutor(SENDERS) as pool:
        sent = list(pool.map(lambda _: send(api, {}), range(count)))
    first = min(one.at for one in sent)
    return max(one.at + ended(api, one).completed for one in sent) - first


def allow_at_once(stack: Stack, slots: int) -> None:
    """Sets how many jobs may run at once, as the scheduler's state item keeps it."""
    session().client("dynamodb", **client_options(stack.instance)).update_item(
        TableName=stack.table_name,
        Key={"pk": {"S": "SCHEDULER"}, "sk": {"S": "STATE"}},
        UpdateExpression="SET max_concurrency = :slots ADD config_version :one",
        ExpressionAttributeValues={":slots": {"N": str(slots)}, ":one": {"N": "1"}},
    )
