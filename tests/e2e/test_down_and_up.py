"""What `make down` and the next `make up` keep. The instance is this test's own, beside that of the other tests."""

import time
from collections.abc import Iterator
from typing import Any

import httpx
import pytest

from nightshift_cli.following import watch
from scripts import emulator
from scripts.down import bring_down
from scripts.instances import own_instance
from scripts.stack import GOOD, describe
from scripts.up import bring_up
from scripts.workspace import Instance
from tests.e2e.client import eventually
from tests.receiver import Receiver, receiving
from tests.stack.changes import deployed_template, update
from tests.stack.deployed import Deployed

SECONDS_FOR_TWO_DEPLOYMENTS = 600
SECONDS_TO_FAIL = 120
SECRET = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"

# Appended to the template: a resource that no deployment can make.
BAD_RESOURCE = """
  NoQueue:
    Type: AWS::SQS::Queue
    Properties:
      QueueName: not a name

Outputs:
"""


@pytest.fixture
def instance() -> Iterator[Instance]:
    with own_instance() as instance:
        yield instance


@pytest.fixture
def receiver() -> Iterator[Receiver]:
    with receiving() as receiver:
        yield receiver


def finished(api: httpx.Client, request: dict[str, Any]) -> dict[str, Any]:
    *_, job = watch(api, api.post("/jobs", json=request).raise_for_status().json())
    return job


def delivered(api: httpx.Client, job: dict[str, Any]) -> list[str]:
    """Ids of the deliveries that were taken."""
    deliveries = api.get(f"/jobs/{job['job_id']}/deliveries").raise_for_status().json()["deliveries"]
    return [delivery["delivery_id"] for delivery in deliveries if delivery["status"] == "delivered"]


def artifact(api: httpx.Client, job: dict[str, Any]) -> bytes:
    path = f"/jobs/{job['job_id']}/artifacts/{job['artifacts'][0]['name']}"
    return api.get(path, follow_redirects=True).raise_for_status().content


@pytest.mark.timeout(SECONDS_FOR_TWO_DEPLOYMENTS)
def test_jobs_runs_and_artifacts_come_back(instance: Instance, receiver: Receiver) -> None:
    api = Deployed(bring_up(instance)).api
    webhook = {"url": receiver.url, "secret": SECRET}
    job = finished(api, {"type": "probe", "params": {"artifact_bytes": 1000, "log": ["hello"]}, "webhook": webhook})
    assert job["status"] == "COMPLETED"
    eventually(lambda: delivered(api, job), "the webhook told of it")
    path = f"/jobs/{job['job_id']}"
    runs, log, content = api.get(f"{path}/runs").json(), api.get(f"{path}/logs").json(), artifact(api, job)
    assert len(content) == 1000

    bring_down(instance)
    assert not emulator.is_running(instance)
    api = Deployed(bring_up(instance)).api

    again = api.get(path).raise_for_status().json()
    assert without_links(again) == without_links(job)
    assert without_links(api.get(f"{path}/runs").json()) == without_links(runs)
    assert api.get(f"{path}/logs").json() == log
    assert artifact(api, again) == content
    assert finished(api, {"type": "probe", "params": {"cli": False}, "webhook": webhook})["status"] == "COMPLETED"
    # The job that came back was told of before; what comes after it is told of, and its secret opens again.
    eventually(lambda: len(receiver.received) == 2, "the new job was told of")
    api.post(f"{path}/deliveries/{delivered(api, job)[0]}/redeliver").raise_for_status()
    eventually(lambda: len(delivered(api, job)) == 2, "the message was sent again")
    first, second, third = (received.verified(SECRET)["data"]["job_id"] for received in receiver.received)
    assert first == third == job["job_id"] != second


@pytest.mark.timeout(SECONDS_FOR_TWO_DEPLOYMENTS)
def test_a_failed_deployment_costs_no_job(instance: Instance) -> None:
    api = Deployed(bring_up(instance)).api
    job = finished(api, {"type": "probe", "params": {"artifact_bytes": 1000}})
    content = artifact(api, job)
    fail_to_update(instance)

    api = Deployed(bring_up(instance)).api

    again = api.get(f"/jobs/{job['job_id']}").raise_for_status().json()
    assert without_links(again) == without_links(job)
    assert artifact(api, again) == content


def fail_to_update(instance: Instance) -> None:
    """Leaves the stack as a deployment leaves it that cannot make one of the resources."""
    template = deployed_template(instance)
    bad = template.replace("\nOutputs:\n", BAD_RESOURCE)
    assert bad != template
    update(instance, bad)
    deadline = time.monotonic() + SECONDS_TO_FAIL
    while (status := describe(instance)["StackStatus"]) in GOOD or status.endswith("_IN_PROGRESS"):
        assert time.monotonic() < deadline, f"the update did not fail: {status}"
        time.sleep(0.2)


def without_links(value: Any) -> Any:
    """``value`` without URLs and ARNs: the API's id is another one after each deployment."""
    match value:
        case dict():
            return {name: without_links(inner) for name, inner in value.items() if not name.endswith(("url", "arn"))}
        case list():
            return [without_links(inner) for inner in value]
    return value
