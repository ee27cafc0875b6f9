"""`sam local invoke` of every function, with its file in events/."""

import json
from collections.abc import Iterator
from typing import Any

import pytest

from nightshift.store.items import from_item, to_item
from scripts.workspace import ROOT
from tests.sam.local import Sam, event_name, function_names
from tests.stack.deployed import Deployed

pytestmark = pytest.mark.timeout(1800)  # the first test waits until all images are built

WORKERS = {"StorytellerFunction", "AdstudioFunction", "NewsroomFunction"}
# Each event names a job or schedule that nobody made, but the API's, which makes one.
ANSWERS: dict[str, Any] = {
    "ListenerFunction": None,
    "DispatcherFunction": {"batchItemFailures": []},
    "TimerFunction": None,
    "FinisherFunction": None,
    "WebhooksFunction": {"batchItemFailures": []},
}


@pytest.fixture
def live_run(request: pytest.FixtureRequest, sam: Sam, stack: Deployed) -> Iterator[dict[str, Any]]:
    """The run that the worker's event speaks of: the worker of any other would end at once."""
    run: dict[str, Any] = json.loads((ROOT / "events" / f"{event_name(request.param)}.json").read_text())["run"]
    pk = f"JOB#{run['job_id']}"
    job = {"pk": pk, "sk": "JOB", "status": "RUNNING", "current_run_id": run["run_id"], "version": 1}
    job |= {"job_id": run["job_id"], "tenant_id": run["tenant_id"], "type": "story"}
    stack.dynamodb.put_item(TableName=stack.table_name, Item=to_item(job))
    yield run
    for item in _items(stack, pk):
        stack.dynamodb.delete_item(TableName=stack.table_name, Key=to_item({"pk": item["pk"], "sk": item["sk"]}))


@pytest.mark.parametrize("name", sorted(ANSWERS))
def test_an_event_function_takes_its_event(name: str, sam: Sam) -> None:
    assert sam.invoke(name) == ANSWERS[name]


def test_the_reconciler_looks_through_the_table(sam: Sam) -> None:
    assert set(sam.invoke("ReconcilerFunction")) == {"running", "scheduled", "resumed", "fired", "started"}


def test_the_api_makes_a_job_on_the_stack(sam: Sam, stack: Deployed) -> None:
    answer = sam.invoke("ApiFunction")
    assert answer["statusCode"] == 201
    assert stack.api.get(f"/jobs/{json.loads(answer['body'])['job_id']}").json()["type"] == "story"


def test_the_waiter_knows_no_such_job(sam: Sam) -> None:
    assert sam.invoke("WaiterFunction")["statusCode"] == 404


@pytest.mark.parametrize(("name", "live_run"), [(name, name) for name in sorted(WORKERS)], indirect=["live_run"])
def test_a_worker_runs_its_program(name: str, live_run: dict[str, Any], sam: Sam, stack: Deployed) -> None:
    answer = sam.invoke(name)
    assert (answer["outcome"], answer["exit_code"]) == ("COMPLETED", 0)
    names = {artifact["name"] for artifact in answer["artifacts"]}
    prefix = f"{live_run['prefix']}artifacts/"
    stored = stack.s3.list_objects_v2(Bucket=stack.bucket_name, Prefix=prefix)["Contents"]
    assert names <= {entry["Key"].removeprefix(prefix) for entry in stored}
    assert names
    steps = [item for item in _items(stack, f"JOB#{live_run['job_id']}") if item["sk"].startswith("STEP#")]
    assert [step["status"] for step in steps] == ["done"]


def test_no_function_is_left_out() -> None:
    assert set(function_names()) == WORKERS | set(ANSWERS) | {"ReconcilerFunction", "ApiFunction", "WaiterFunction"}


def _items(stack: Deployed, pk: str) -> list[dict[str, Any]]:
    found = stack.dynamodb.query(
        TableName=stack.table_name,
        KeyConditionExpression="pk = :pk",
        ExpressionAttributeValues=to_item({":pk": pk}),
        ConsistentRead=True,
    )
    return [from_item(item) for item in found["Items"]]
