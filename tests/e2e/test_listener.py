"""The state listener and those who hear of it, when events are bad or come to several at once."""

import json
import uuid
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest

from nightshift.changes import change_of
from nightshift.job_types import JOB_TYPES
from nightshift.store.items import from_item
from scripts.probe_listener import probe
from tests.e2e.client import Job, ended, eventually, invoke, runs
from tests.e2e.invocations import stages_run
from tests.e2e.test_outside import png, upload, waiting, write_by_hand
from tests.stack.deployed import Deployed

pytestmark = [pytest.mark.e2e, pytest.mark.timeout(600)]

CONSUMERS = 4


def item_of(stack: Deployed, job: Job) -> dict[str, Any]:
    key = {"pk": {"S": f"JOB#{job['job_id']}"}, "sk": {"S": "JOB"}}
    return from_item(stack.dynamodb.get_item(TableName=stack.table_name, Key=key, ConsistentRead=True)["Item"])


def test_consumers_of_one_event_at_once_run_no_stage_twice(stack: Deployed) -> None:
    image, _ = upload(stack, png())
    job = waiting(stack)
    before = item_of(stack, job)
    write_by_hand(stack, job, image)
    told = change_of(before, before | {"current_step": "img_gen", "step_status": "done"})
    event = {"Records": [{"messageId": "1", "eventSource": "aws:sqs", "body": json.dumps(told, default=str)}]}
    with ThreadPoolExecutor(CONSUMERS) as consumers:  # beside the one that the stream tells
        heard = [consumers.submit(invoke, stack, "DispatcherFunction", event) for _ in range(CONSUMERS)]
    assert [answer.result() for answer in heard] == [{"batchItemFailures": []}] * CONSUMERS
    job = ended(stack, job, 180)
    assert job["status"] == "COMPLETED", job["error"]
    assert len(runs(stack, job)) == 1
    assert stages_run(stack, job, 5) == Counter(JOB_TYPES["ad"].steps[1:])


def test_a_poison_record_is_set_aside_and_those_after_it_go_on(stack: Deployed) -> None:
    poison = f"poison-{uuid.uuid4()}"
    key = {"pk": {"S": f"JOB#{poison}"}, "sk": {"S": "JOB"}}
    stack.dynamodb.put_item(TableName=stack.table_name, Item=key | {"status": {"S": "QUEUED"}})
    try:
        assert probe(stack.stack) < 30
    finally:
        stack.dynamodb.delete_item(TableName=stack.table_name, Key=key)
    listener = stack.functions.get_function_configuration(FunctionName=stack.function_name("ListenerFunction"))
    queue = listener["Environment"]["Variables"]["POISON_QUEUE_URL"]

    def set_aside() -> bool:
        for message in stack.sqs.receive_message(QueueUrl=queue, MaxNumberOfMessages=10).get("Messages", ()):
            if poison in message["Body"]:
                assert json.loads(message["Body"])["dynamodb"]["NewImage"]["status"] == {"S": "QUEUED"}
                stack.sqs.delete_message(QueueUrl=queue, ReceiptHandle=message["ReceiptHandle"])
                return True
        return False

    eventually(set_aside, "the record in its queue", 60)
