"""The commands of docs/runbook.md, as they stand there, on the deployed stack."""

import os
import shutil
import subprocess
import uuid
from collections.abc import Iterator
from typing import Any

import httpx
import pytest

from scripts.workspace import ROOT
from tests.e2e.client import DEADLINE_SECONDS, ended, eventually, show, submit, wait_for
from tests.stack.deployed import Deployed

PAGE = (ROOT / "docs" / "runbook.md").read_text(encoding="utf-8")
# A command that answers with an error fails its section; each request carries a key.
KEYED_CURL = 'curl() { command curl --fail-with-body -H "x-api-key: $KEY" "$@"; }\n'

pytestmark = pytest.mark.skipif(
    not (shutil.which("curl") and shutil.which("awk")), reason="the runbook's commands need curl and awk"
)


def commands(section: str) -> str:
    """The section's code, without blocks that are marked as run by hand, or on AWS only."""
    text = PAGE.partition(f"# {section}\n")[2].partition("\n## ")[0]
    lines, marked = [], False
    for line in text.splitlines():
        if line.startswith("    ") and not marked:
            lines.append(line.removeprefix("    "))
        elif line.startswith("<!--"):
            marked = True
        elif line and not line.startswith("    "):
            marked = False
    return "\n".join(lines)


# What the page begins with: variables and functions that the sections use, and how alarms are looked at.
FIRST = commands("Runbook").replace("$(cat .local/api-url)", "$URL")


def follow(stack: Deployed, section: str, key: str | None = None, **variables: str) -> str:
    """Runs the page's first commands and the section's, and returns what they printed; fails if one of them did."""
    script = f"{FIRST}\n{KEYED_CURL}{commands(section)}"
    told = {"URL": stack.api_url, "KEY": key or stack.stack.api_key or "", "HOME": str(ROOT), **variables}
    done = subprocess.run(
        ["bash", "-euo", "pipefail", "-c", script],
        cwd=ROOT,
        env={"PATH": os.environ["PATH"]} | told,
        capture_output=True,
        text=True,
        timeout=DEADLINE_SECONDS,
    )
    assert done.returncode == 0, f"{section}: {done.stdout}\n{done.stderr}"
    return done.stdout


@pytest.fixture
def on_call(stack: Deployed) -> Iterator[tuple[str, httpx.Client]]:
    """Key and client of an administrator in a tenant that no other test has jobs in."""
    tenant = f"on-call-{uuid.uuid4().hex[:8]}"
    stack.api.post("/tenants", json={"tenant_id": tenant, "name": tenant}).raise_for_status()
    made = stack.api.post(f"/tenants/{tenant}/keys", json={"name": "runbook", "scope": "admin"}).raise_for_status()
    key = made.json()["key"]
    with httpx.Client(base_url=stack.api_url, headers={"x-api-key": key}, timeout=35) as api:
        yield key, api


@pytest.mark.parametrize(
    ("section", "queue"),
    [
        ("DispatchDeadLetterAlarm", "DispatchDeadLetterQueueUrl"),
        ("EventDeadLetterAlarm", "EventDeadLetterQueueUrl"),
        ("PoisonAlarm", "PoisonQueueUrl"),
    ],
)
def test_a_dead_letter_is_shown_and_the_queue_is_empty_again(stack: Deployed, section: str, queue: str) -> None:
    job = ended(stack, submit(stack, type="probe", params={"cli": False}))
    url = stack.outputs[queue]
    stack.sqs.purge_queue(QueueUrl=url)  # what other tests have left
    stack.sqs.send_message(QueueUrl=url, MessageBody=f'{{"job_id": "{job["job_id"]}"}}')
    assert job["job_id"] in follow(stack, section)
    eventually(lambda: waiting(stack, url) == 0, f"{queue} is empty")
    assert show(stack, job)["status"] == "COMPLETED"


def waiting(stack: Deployed, url: str) -> int:
    names: Any = ["ApproximateNumberOfMessages", "ApproximateNumberOfMessagesNotVisible"]
    return sum(map(int, stack.sqs.get_queue_attributes(QueueUrl=url, AttributeNames=names)["Attributes"].values()))


@pytest.mark.parametrize("section", ["WebhookDeadLetterAlarm", "IteratorAgeAlarm", "ApiFailedAlarm"])
def test_what_there_is_to_see_is_shown(stack: Deployed, section: str) -> None:
    job = ended(stack, submit(stack, type="probe", params={"cli": False}))
    assert "DispatchDeadLetterAlarm" in follow(stack, section, JOB=job["job_id"])


def test_what_failed_is_run_again(stack: Deployed, on_call: tuple[str, httpx.Client]) -> None:
    key, api = on_call
    body = {"type": "probe", "params": {"exit_code": 1}, "max_attempts": 1}
    job = api.post("/jobs", json=body).raise_for_status().json()
    path = f"/jobs/{job['job_id']}"
    eventually(lambda: api.get(path).json()["status"] == "FAILED", "the job has failed")
    follow(stack, "ExecutionsFailedAlarm", key)
    eventually(lambda: api.get(path).json()["attempts"] == 2, "the job runs again")


def test_less_is_taken_of_lambda(stack: Deployed) -> None:
    before = stack.api.get("/scheduler/config").raise_for_status().json()["max_concurrency"]
    waiter = stack.function_name("WaiterFunction")
    reserved = stack.functions.get_function_concurrency(FunctionName=waiter)["ReservedConcurrentExecutions"]
    try:
        follow(stack, "ThrottledAlarm")
        assert stack.api.get("/scheduler/config").json()["max_concurrency"] == 3
    finally:
        stack.api.patch("/scheduler/config", json={"max_concurrency": before}).raise_for_status()
        stack.functions.put_function_concurrency(FunctionName=waiter, ReservedConcurrentExecutions=reserved)


def test_a_stuck_execution_is_stopped(stack: Deployed) -> None:
    job = submit(stack, type="probe", params={"seconds": 600}, max_attempts=1)
    job = wait_for(stack, job, lambda seen: seen["step_status"] == "running")
    follow(stack, "A stuck execution", JOB=job["job_id"])
    assert ended(stack, job)["status"] == "CANCELLED"


def test_what_was_lost_comes_back(stack: Deployed) -> None:
    job = ended(stack, submit(stack, type="probe", params={"cli": False}))
    key = {"pk": {"S": f"JOB#{job['job_id']}"}, "sk": {"S": "JOB"}}
    item = stack.dynamodb.get_item(TableName=stack.table_name, Key=key)["Item"]
    # In place of a table restored to a point in time, which the emulator cannot.
    schema: Any = [{"AttributeName": "pk", "KeyType": "HASH"}, {"AttributeName": "sk", "KeyType": "RANGE"}]
    names: Any = [{"AttributeName": name, "AttributeType": "S"} for name in ("pk", "sk")]
    stack.dynamodb.create_table(
        TableName="nightshift-restored", KeySchema=schema, AttributeDefinitions=names, BillingMode="PAY_PER_REQUEST"
    )
    try:
        stack.dynamodb.put_item(TableName="nightshift-restored", Item=item)
        stack.dynamodb.delete_item(TableName=stack.table_name, Key=key)
        assert stack.api.get(f"/jobs/{job['job_id']}").status_code == 404
        told = follow(stack, "Table or bucket lost or damaged", JOB=job["job_id"])
    finally:
        stack.dynamodb.delete_table(TableName="nightshift-restored")
    assert "1 items brought back, 0 were there" in told
    assert show(stack, job) == job


def test_a_lost_key_is_replaced(stack: Deployed) -> None:
    key = follow(stack, "A lost key").split()[-1]
    assert httpx.get(f"{stack.api_url}/jobs", headers={"x-api-key": key}, timeout=35).status_code == 200


def test_no_command_is_left_out_but_those_that_say_so() -> None:
    sections = [line.removeprefix("## ") for line in PAGE.splitlines() if line.startswith("## ")]
    with_commands = {section for section in sections if commands(section)}
    assert with_commands == set(sections)
    assert PAGE.count("<!-- by hand -->") + PAGE.count("<!-- AWS only -->") == PAGE.count("<!--")
