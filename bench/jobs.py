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

from nightshift_cli.following import watch
from scripts.stack import Stack, client_options, session
from scripts.tools import Failed

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


def time_many(api: httpx.Client, count: int, params: dict[str, Any] | None = None) -> float:
    """Seconds from the first POST of ``count`` probes until the last one completed."""
    sent = send_many(api, count, params or {})
    return _last_completed(api, sent) - min(one.at for one in sent)


def time_drain(api: httpx.Client, count: int, params: dict[str, Any]) -> float:
    """Seconds that ``count`` probes take which wait when the scheduler is started."""
    api.post("/scheduler/stop").raise_for_status()
    sent = send_many(api, count, params)
    started = time.time()
    api.post("/scheduler/start").raise_for_status()
    return _last_completed(api, sent) - started


def send_many(api: httpx.Client, count: int, params: dict[str, Any]) -> list[Sent]:
    """Makes the probes, several at a time."""
    with ThreadPoolExecutor(SENDERS) as pool:
        return list(pool.map(lambda _: send(api, params), range(count)))


def _last_completed(api: httpx.Client, sent: list[Sent]) -> float:
    # The youngest first: it ends among the last, so that hardly a job is asked about while others run.
    return max(one.at + ended(api, one).completed for one in reversed(sent))


def allow_at_once(stack: Stack, slots: int) -> None:
    """Sets how many jobs may run at once, as the scheduler's state item keeps it."""
    session().client("dynamodb", **client_options(stack.instance)).update_item(
        TableName=stack.table_name,
        Key={"pk": {"S": "SCHEDULER"}, "sk": {"S": "STATE"}},
        UpdateExpression="SET max_concurrency = :slots ADD config_version :one",
        ExpressionAttributeValues={":slots": {"N": str(slots)}, ":one": {"N": "1"}},
    )
