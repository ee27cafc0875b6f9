"""The latency of requests and of short jobs, ours and the floor's in turns on one idle emulator."""

import time
from dataclasses import dataclass, field

import httpx

from bench.jobs import TimedJob, ended, send
from scripts.tools import Failed

READS_PER_ROUND = 4
REQUEST_SECONDS = 40


@dataclass(frozen=True, slots=True)
class Latencies:
    """Seconds of each request, and the jobs that the POSTs made."""

    posts: list[float] = field(default_factory=list)
    gets: list[float] = field(default_factory=list)
    floor_posts: list[float] = field(default_factory=list)
    floor_gets: list[float] = field(default_factory=list)
    jobs: list[TimedJob] = field(default_factory=list)


def client(api_url: str) -> httpx.Client:
    return httpx.Client(base_url=api_url, timeout=REQUEST_SECONDS)


def time_requests(api: httpx.Client, floor: httpx.Client, rounds: int, undisturbed_seconds: float) -> Latencies:
    """A POST and some GETs of each API per round; no request is timed while a job of ours is on its way.

    Args:
        undisturbed_seconds: How long a job is left alone before it is asked about.
    """
    found = Latencies()
    for _ in range(rounds):
        seconds, response = _timed(floor, "POST", "/items", json={"type": "probe", "params": {"cli": False}})
        found.floor_posts.append(seconds)
        item = response.json()["id"]
        sent = send(api, {"cli": False})
        found.posts.append(sent.answered)
        time.sleep(undisturbed_seconds)
        job = ended(api, sent)
        found.jobs.append(job)
        for _ in range(READS_PER_ROUND):
            found.floor_gets.append(_timed(floor, "GET", f"/items/{item}")[0])
            found.gets.append(_timed(api, "GET", f"/jobs/{job.job_id}")[0])
    return found


def time_jobs_with_cli(api: httpx.Client, rounds: int, undisturbed_seconds: float) -> list[TimedJob]:
    """Probes that run the CLI, one after another."""
    found = []
    for _ in range(rounds):
        sent = send(api, {"cli": True})
        time.sleep(undisturbed_seconds)
        found.append(ended(api, sent))
    return found


def _timed(api: httpx.Client, method: str, path: str, json: object = None) -> tuple[float, httpx.Response]:
    started = time.perf_counter()
    response = api.request(method, path, json=json)
    seconds = time.perf_counter() - started
    if response.is_error:
        raise Failed(f"{method} {path} answered {response.status_code}: {response.text}")
    return seconds, response
