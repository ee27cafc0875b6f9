"""What breaks on the way: each time the job ends as its history says, once, and no slot is lost."""

import json
import uuid
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from typing import Any

import psutil
import pytest

from tests.e2e.client import Job, counted_slots, ended, eventually, invoke, runs, show, submit, wait_for
from tests.stack.deployed import Deployed


def job_item(job: Job) -> dict[str, Any]:
    return {"pk": {"S": f"JOB#{job['job_id']}"}, "sk": {"S": "JOB"}}


def workers_of(job: Job) -> list[psutil.Process]:
    """The processes that run the job's CLI, told by what its command line carries."""
    mark = job["tags"][0]
    processes = psutil.process_iter(["cmdline"])
    return [process for process in processes if any(mark in part for part in process.info["cmdline"] or [])]


def in_an_hour() -> str:
    """A time that no test lives to see."""
    return (datetime.now(UTC) + timedelta(hours=1)).isoformat()


def marked(stack: Deployed, **request: Any) -> Job:
    """A long probe whose processes can be told from all others."""
    mark = f"mark-{uuid.uuid4()}"
    params = {"seconds": 600, "log": [mark]} | request.pop("params", {})
    return submit(stack, type="probe", params=params, tags=[mark], **request)


def test_a_worker_killed_with_sigkill_is_a_crash_and_is_tried_again(stack: Deployed) -> None:
    job = marked(stack, max_attempts=2)
    wait_for(stack, job, lambda seen: seen["step_status"] == "running")
    eventually(lambda: workers_of(job), "the CLI runs")
    for process in workers_of(job):
        process.kill()
    wait_for(stack, job, lambda seen: seen["attempts"] == 2 and seen["step_status"] == "running")
    stack.api.post(f"/jobs/{job['job_id']}/cancel")
    assert ended(stack, job)["status"] == "CANCELLED"
    second, first = runs(stack, job)
    assert (second["status"], first["status"], first["error"]["code"]) == ("CANCELLED", "FAILED", "crash")


def test_the_whole_worker_environment_killed_is_a_crash(stack: Deployed) -> None:
    job = marked(stack, max_attempts=1)
    wait_for(stack, job, lambda seen: seen["step_status"] == "running")
    eventually(lambda: workers_of(job), "the CLI runs")
    for process in workers_of(job):
        parent = process.parent()
        if parent:
            parent.kill()
    done = ended(stack, job)
    assert (done["status"], done["error"]["code"]) == ("FAILED", "crash")
    eventually(lambda: not workers_of(job), "nothing of the worker is left")


def test_a_cli_that_ignores_sigterm_is_killed_with_its_children(stack: Deployed) -> None:
    job = marked(stack, params={"ignore_sigterm": True, "children": 2})
    wait_for(stack, job, lambda seen: seen["step_status"] == "running")
    eventually(lambda: workers_of(job), "the CLI runs")
    families = [child for process in workers_of(job) for child in process.children(recursive=True)]
    stack.api.post(f"/jobs/{job['job_id']}/cancel")
    assert ended(stack, job)["status"] == "CANCELLED"
    eventually(lambda: not workers_of(job), "the CLI is gone")
    assert not [child for child in families if child.is_running() and child.status() != psutil.STATUS_ZOMBIE]


def test_a_dispatcher_that_died_between_claim_and_start_is_made_good(stack: Deployed) -> None:
    """The state it leaves is written by hand: claimed, with a slot taken, and no execution."""
    job = submit(stack, type="probe", params={"cli": False}, run_at=in_an_hour())
    _claim_by_hand(stack, job)
    before = counted_slots(stack)["slots_used"]
    invoke(stack, "ReconcilerFunction", {})
    assert ended(stack, job)["status"] == "COMPLETED"
    eventually(lambda: counted_slots(stack)["slots_used"] < before, "the slot is free")


def test_an_execution_that_is_gone_is_lost_and_tried_again(stack: Deployed) -> None:
    job = submit(stack, type="probe", params={"cli": False}, run_at=in_an_hour())
    arn = stack.state_machine_arns["probe"].replace(":stateMachine:", ":execution:") + f":{uuid.uuid4()}"
    _claim_by_hand(stack, job, execution_arn=arn)
    invoke(stack, "ReconcilerFunction", {})
    assert ended(stack, job)["status"] == "COMPLETED"
    second, first = runs(stack, job)
    assert (first["status"], first["error"]["code"], second["status"]) == ("FAILED", "lost", "COMPLETED")


def test_stream_records_delivered_again_and_out_of_order_run_nothing_twice(stack: Deployed) -> None:
    job = submit(stack, type="probe", params={"cli": False})
    ended(stack, job)
    item = stack.dynamodb.get_item(TableName=stack.table_name, Key=job_item(job))["Item"]
    queued = item | {"status": {"S": "QUEUED"}, "version": {"N": "1"}}
    records = [
        {"eventID": "1", "eventName": "MODIFY", "dynamodb": {"Keys": job_item(job), "OldImage": old, "NewImage": new}}
        for old, new in ((queued, item), (item, queued), (queued, item))
    ]
    records.append({"eventID": "2", "eventName": "INSERT", "dynamodb": {"Keys": job_item(job), "NewImage": queued}})
    invoke(stack, "ListenerFunction", {"Records": records})
    other = ended(stack, submit(stack, type="probe", params={"cli": False}))
    assert other["status"] == "COMPLETED"
    assert show(stack, job)["attempts"] == 1
    assert len(runs(stack, job)) == 1


def test_two_dispatchers_at_once_make_one_run(stack: Deployed) -> None:
    jobs = [submit(stack, type="probe", params={"cli": False}) for _ in range(10)]
    bodies = [{"messageId": str(n), "eventSource": "aws:sqs", "body": json.dumps(job)} for n, job in enumerate(jobs)]
    with ThreadPoolExecutor(4) as pool:
        list(pool.map(lambda _: invoke(stack, "DispatcherFunction", {"Records": bodies}), range(4)))
    for job in jobs:
        done = ended(stack, job)
        assert (done["status"], done["attempts"]) == ("COMPLETED", 1)
        assert len(runs(stack, job)) == 1


def test_a_poison_record_does_not_hold_up_the_others(stack: Deployed) -> None:
    queue = stack.outputs["PoisonQueueUrl"]
    poison = {"pk": {"S": "JOB#poison"}, "sk": {"S": "JOB"}, "status": {"S": "QUEUED"}}
    stack.dynamodb.put_item(TableName=stack.table_name, Item=poison)
    assert ended(stack, submit(stack, type="probe", params={"cli": False}))["status"] == "COMPLETED"
    bodies: list[str] = []

    def arrived() -> bool:
        bodies.extend(message["Body"] for message in stack.sqs.receive_message(QueueUrl=queue).get("Messages", []))
        return any("JOB#poison" in body for body in bodies)

    eventually(arrived, "the poison record is in its queue, with its body")


@pytest.fixture(scope="module", autouse=True)
def nothing_leaks(stack: Deployed) -> Any:
    """Once this module's tests are over, every counter of slots is back at zero."""
    yield
    eventually(lambda: not any(counted_slots(stack).values()), "every slot is free")


def _claim_by_hand(stack: Deployed, job: Job, execution_arn: str | None = None) -> None:
    run_id = str(uuid.uuid5(uuid.UUID(job["job_id"]), "run 1"))
    past = "2026-01-01T00:00:00.000Z"
    run = {
        "pk": {"S": f"JOB#{job['job_id']}"},
        "sk": {"S": "RUN#0001"},
        "run_id": {"S": run_id},
        "job_id": {"S": job["job_id"]},
        "tenant_id": {"S": job["tenant_id"]},
        "type": {"S": "probe"},
        "run_number": {"N": "1"},
        "attempt": {"N": "1"},
        "status": {"S": "RUNNING"},
        "params_snapshot": {"M": {"cli": {"BOOL": False}}},
        "timeout_seconds": {"N": "60"},
        "started_at": {"S": past},
    }
    if execution_arn:
        run["execution_arn"] = {"S": execution_arn}
    state = {"pk": {"S": "SCHEDULER"}, "sk": {"S": "STATE"}}
    names = {"#status": "status"}
    counters = ("slots_used", "slots_used_type_probe", f"slots_used_tenant_{job['tenant_id']}")
    values = {
        ":running": {"S": "RUNNING"},
        ":run": {"S": run_id},
        ":due": {"S": "DUE#RUNNING"},
        ":past": {"S": past},
        ":index": {"S": f"TENANT#{job['tenant_id']}#STATUS#RUNNING"},
        ":one": {"N": "1"},
    }
    stack.dynamodb.transact_write_items(
        TransactItems=[
            {
                "Update": {
                    "TableName": stack.table_name,
                    "Key": job_item(job),
                    "UpdateExpression": "SET #status = :running, current_run_id = :run, run_number = :one, "
                    "attempts = :one, due_pk = :due, due_at = :past, status_pk = :index",
                    "ExpressionAttributeNames": names,
                    "ExpressionAttributeValues": values,
                }
            },
            {"Put": {"TableName": stack.table_name, "Item": run}},
            {
                "Update": {
                    "TableName": stack.table_name,
                    "Key": state,
                    "UpdateExpression": f"ADD {', '.join(f'{name} :one' for name in counters)}",
                    "ExpressionAttributeValues": {":one": {"N": "1"}},
                }
            },
        ]
    )
