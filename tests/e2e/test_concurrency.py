"""Many dispatchers at once: each job runs once and the limit holds at every moment, as the table's stream tells it."""

import json
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest

from nightshift.store.items import from_item
from nightshift.store.keys import batch_key
from tests.e2e.client import TERMINAL, counted_slots, eventually, invoke
from tests.stack.deployed import Deployed
from tests.stack.stream import Changes

DISPATCHERS = 16
ROUNDS = 3
JOBS = 200
LIMIT = 5
IN_A_BATCH = 50
SECONDS = 450

# What the dispatch queue brings when the scheduler was opened.
THERE_IS_ROOM = {"messageId": "1", "eventSource": "aws:sqs", "body": json.dumps({"config_version": 1})}


@pytest.fixture
def stopped(stack: Deployed) -> Iterator[None]:
    stack.api.post("/scheduler/stop").raise_for_status()
    stack.api.patch("/scheduler/config", json={"max_concurrency": LIMIT}).raise_for_status()
    eventually(lambda: not any(counted_slots(stack).values()), "what other tests left has ended")
    yield
    stack.api.patch("/scheduler/config", json={"max_concurrency": 4}).raise_for_status()
    stack.api.post("/scheduler/start").raise_for_status()


@pytest.mark.timeout(SECONDS + 60)
@pytest.mark.usefixtures("stopped")
def test_many_dispatchers_run_each_job_once_and_hold_the_limit(stack: Deployed) -> None:
    changes = Changes(stack)
    batches = [_batch(stack) for _ in range(JOBS // IN_A_BATCH)]
    waiting = {job_id for batch in batches for job_id in batch["job_ids"]}
    assert len(waiting) == JOBS
    stack.api.post("/scheduler/start").raise_for_status()
    with ThreadPoolExecutor(DISPATCHERS) as dispatchers:
        list(dispatchers.map(lambda _: _dispatch(stack), range(DISPATCHERS)))
    eventually(lambda: all(_is_complete(stack, batch) for batch in batches), "every job has ended", SECONDS)

    running: set[str] = set()
    most = 0
    claims: Counter[str] = Counter()
    ends: Counter[tuple[str, str]] = Counter()
    for old, new in changes.read():
        if new["sk"] == "STATE":
            assert new.get("slots_used", 0) == len(running), "slots taken and jobs running differ"
        if new["sk"] != "JOB" or old.get("status") == new["status"]:
            continue
        job_id = new["job_id"]
        if new["status"] == "RUNNING":
            claims[job_id] += 1
            running.add(job_id)
        elif old.get("status") == "RUNNING":
            running.remove(job_id)
        if new["status"] in TERMINAL:
            ends[job_id, new["status"]] += 1
        most = max(most, len(running))
    # Another test's job may run meanwhile, at a time that it waited for.
    assert {job_id: claims[job_id] for job_id in waiting} == dict.fromkeys(waiting, 1)
    ends = Counter({end: n for end, n in ends.items() if end[0] in waiting})
    assert ends == Counter({(job_id, "COMPLETED"): 1 for job_id in waiting})
    assert not running & waiting
    assert 1 < most <= LIMIT


def _dispatch(stack: Deployed) -> None:
    for _ in range(ROUNDS):
        invoke(stack, "DispatcherFunction", {"Records": [THERE_IS_ROOM]})


def _batch(stack: Deployed) -> dict[str, Any]:
    jobs = [{"type": "probe", "params": {"cli": False}}] * IN_A_BATCH
    answer = stack.api.post("/jobs/batch/trigger", json={"jobs": jobs})
    assert answer.status_code == 202, answer.text
    return dict(answer.json())


def _is_complete(stack: Deployed, batch: dict[str, Any]) -> bool:
    key = batch_key(batch["batch_id"])
    item = stack.dynamodb.get_item(TableName=stack.table_name, Key=key, ConsistentRead=True)["Item"]
    return from_item(item)["completed"] == IN_A_BATCH
