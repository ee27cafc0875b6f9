"""A round: jobs sent while something breaks, and what became of each, by others' records than the job's own."""

import itertools
import time
import uuid
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from typing import Any

import httpx

from tests.e2e.client import TERMINAL, Job, eventually, invoke, runs, show
from tests.stack.deployed import Deployed

JOBS = 20
RECOVERY_SECONDS = 240
"""After two minutes every job is in the state that its history implies; on a slow machine it may take longer."""

_SENDERS = 5
_ENDS = {"SUCCEEDED": {"COMPLETED", "SKIPPED"}, "FAILED": {"FAILED", "CANCELLED"}, "ABORTED": {"CANCELLED"}}
_COUNTED = {"COMPLETED": "succeeded", "FAILED": "failed", "SKIPPED": "skipped"}


@dataclass(frozen=True, slots=True)
class Verdict:
    """How many of the round's jobs were lost, done more than once, or told of otherwise than it was."""

    name: str
    seconds: float
    jobs: int
    lost: int
    doubled: int
    misreported: int
    notes: list[str] = field(default_factory=list)

    @property
    def is_good(self) -> bool:
        return self.lost == self.doubled == self.misreported == 0


class Round:
    """``expected`` is the status that every job is to end in."""

    def __init__(self, stack: Deployed, name: str, expected: str = "COMPLETED") -> None:
        self.stack = stack
        self.mark = f"round-{uuid.uuid4()}"
        self.sent: list[Job] = []
        self._name = name
        self._expected = expected
        self._began = time.monotonic()
        self._before = self._statistics()

    def send(self, count: int = JOBS, **params: Any) -> None:
        """Makes probes as a careful client does: with a key of its own each, repeated until it is answered."""
        first = len(self.sent)
        with ThreadPoolExecutor(_SENDERS) as pool:
            self.sent += pool.map(lambda n: self._send(n, params), range(first, first + count))

    def _send(self, number: int, params: dict[str, Any]) -> Job:
        # Attempts enough: one that is broken more than once has to come to its end, too.
        body = {"type": "probe", "params": params, "tags": [self.mark], "max_attempts": 10}
        answer: httpx.Response | None = None

        def taken() -> bool:
            nonlocal answer
            answer = self.stack.api.post("/jobs", json=body, headers={"Idempotency-Key": f"{self.mark} {number}"})
            assert answer.is_success or answer.status_code >= 500, answer.text
            return answer.is_success

        eventually(taken, "the job is taken in", RECOVERY_SECONDS)
        assert answer
        return dict(answer.json())

    def wait(self) -> None:
        """Until every job has ended; what the reconciler does each minute is done at once."""

        def all_ended() -> bool:
            self.stack.api.post("/jobs/monitor").raise_for_status()
            invoke(self.stack, "ReconcilerFunction", {})
            return all(show(self.stack, job)["status"] in TERMINAL for job in self.sent)

        try:
            eventually(all_ended, "every job has ended", RECOVERY_SECONDS)
        except AssertionError:
            return  # the verdict tells how many are lost

    def judge(self) -> Verdict:
        jobs = {job["job_id"]: job for job in self._listed()}
        attempts = {job_id: runs(self.stack, job) for job_id, job in jobs.items()}
        executions = self._executions()
        notes = []
        lost = {job["job_id"] for job in self.sent if jobs.get(job["job_id"], job)["status"] not in TERMINAL}
        doubled = set(jobs) - {job["job_id"] for job in self.sent}
        misreported = set()
        for job_id, job in jobs.items():
            results = [run for run in attempts[job_id] if executions.get(run["run_id"]) == "SUCCEEDED"]
            unknown = str(uuid.uuid5(uuid.UUID(job_id), f"run {len(attempts[job_id]) + 1}")) in executions
            if len(results) > 1 or unknown:
                doubled.add(job_id)
            if wrong := _wrongs(job, attempts[job_id], executions, self._expected):
                misreported.add(job_id)
                notes.append(f"{job_id}: {', '.join(wrong)}")
        counted = self._statistics()
        counted.subtract(self._before)
        wrong_counts = {name for name, n in self._ledger(jobs, attempts).items() if counted[name] != n}
        if wrong_counts:
            notes.append(f"statistics: {dict(counted)} instead of {dict(self._ledger(jobs, attempts))}")
        seconds = time.monotonic() - self._began
        wrong_number = len(misreported - lost) + len(wrong_counts)
        return Verdict(self._name, seconds, len(self.sent), len(lost), len(doubled), wrong_number, notes)

    def _listed(self) -> list[Job]:
        found = self.stack.api.get("/jobs", params={"limit": 200, "type": "probe"}).raise_for_status().json()["jobs"]
        return [job for job in found if self.mark in job["tags"]]

    def _executions(self) -> dict[str, str]:
        """How each execution stands, by Step Functions' own record; its name is its run's id."""
        pages = self.stack.stepfunctions.get_paginator("list_executions").paginate(
            stateMachineArn=self.stack.state_machine_arns["probe"]
        )
        return {one["name"]: one["status"] for one in itertools.chain.from_iterable(p["executions"] for p in pages)}

    def _statistics(self) -> Counter[str]:
        return Counter(self.stack.api.get("/scheduler/status").raise_for_status().json()["cumulative_stats"])

    @staticmethod
    def _ledger(jobs: dict[str, Job], attempts: dict[str, list[dict[str, Any]]]) -> Counter[str]:
        ended = [run["status"] for found in attempts.values() for run in found if run["status"] != "RUNNING"]
        ledger = Counter(_COUNTED[status] for status in ended if status in _COUNTED)
        ledger["total_executed"] = len(ended)
        ledger["cancelled"] = sum(job["status"] == "CANCELLED" for job in jobs.values())
        return ledger


def _wrongs(job: Job, attempts: list[dict[str, Any]], executions: dict[str, str], expected: str) -> list[str]:
    """What the job or its runs tell otherwise than it was."""
    wrong = []
    if job["status"] != expected:
        wrong.append(f"ended {job['status']}: {job['error']}")
    if job["attempts"] != len(attempts):
        wrong.append(f"{len(attempts)} runs and {job['attempts']} attempts")
    if attempts and attempts[0]["status"] != job["status"]:
        wrong.append(f"its last run is {attempts[0]['status']}")
    for run in attempts:
        execution = executions.get(run["run_id"], "missing")
        if run["status"] not in _ENDS.get(execution, set()):
            wrong.append(f"run {run['attempt']} is {run['status']}, its execution {execution}")
    return wrong
