"""A deployment over a stack that is at work. The instance is this test's own, beside that of the other tests."""

import json
import re
from collections.abc import Iterator
from typing import Any

import pytest
import yaml

from nightshift_cli.following import watch
from scripts.deploy import BUCKET
from scripts.instances import own_instance
from scripts.stack import GOOD, describe
from scripts.up import bring_up
from scripts.workspace import Instance
from tests.e2e.client import eventually, wait_for
from tests.stack.changes import deployed_template, update
from tests.stack.deployed import Deployed

SECONDS_AT_MOST = 600
SECONDS_FOR_THE_UPDATE = 240
# A deployment usually takes less; if not, the job has ended meanwhile, and is held to the same.
WORK_SECONDS = 20
NEW_STATE = "SinceTheUpgrade"


@pytest.fixture
def instance() -> Iterator[Instance]:
    with own_instance() as instance:
        yield instance


@pytest.mark.timeout(SECONDS_AT_MOST)
def test_a_deployment_disturbs_no_job(instance: Instance) -> None:
    stack = Deployed(bring_up(instance))
    before = probe(stack, {"log": ["hello"]})
    *_, before = watch(stack.api, before)
    running = probe(stack, {"seconds": WORK_SECONDS, "artifact_bytes": 100})
    wait_for(stack, running, lambda seen: seen["step_status"] == "running")

    upgrade(stack)

    *_, running = watch(stack.api, running)
    assert (running["status"], running["attempts"], len(running["artifacts"])) == ("COMPLETED", 1, 1)
    assert NEW_STATE not in states(stack, running)
    path = f"/jobs/{before['job_id']}"
    assert stack.api.get(path).json() == before
    assert stack.api.get(f"{path}/logs").json()["lines"]
    *_, after = watch(stack.api, probe(stack, {"log": ["hello"]}))
    assert after["status"] == "COMPLETED"
    assert NEW_STATE in states(stack, after)


def probe(stack: Deployed, params: dict[str, Any]) -> dict[str, Any]:
    request = {"type": "probe", "params": params, "max_attempts": 1}
    job: dict[str, Any] = stack.api.post("/jobs", json=request).raise_for_status().json()
    return job


def upgrade(stack: Deployed) -> None:
    """Changes every function, by a variable, and the probe's state machine, by a state that comes first."""
    instance = stack.stack.instance
    template = deployed_template(instance)
    found = re.search(r"ProbeStateMachine:.*?DefinitionUri:.*?Key: (\S+)", template, re.DOTALL)
    assert found is not None
    definition = yaml.safe_load(stack.s3.get_object(Bucket=BUCKET, Key=found[1])["Body"].read())
    definition["States"][NEW_STATE] = {"Type": "Pass", "Next": definition["StartAt"]}
    definition["StartAt"] = NEW_STATE
    stack.s3.put_object(Bucket=BUCKET, Key=f"{found[1]}-new", Body=json.dumps(definition).encode())
    update(instance, template.replace(found[1], f"{found[1]}-new"), LogLevel="DEBUG")
    eventually(lambda: is_upgraded(stack), "the stack is updated", SECONDS_FOR_THE_UPDATE)


def is_upgraded(stack: Deployed) -> bool:
    described = describe(stack.stack.instance)
    assert described is not None
    if described["StackStatus"] not in GOOD:
        assert described["StackStatus"].endswith("_IN_PROGRESS"), described["StackStatus"]
        return False
    arn = stack.state_machine_arns["probe"]
    return NEW_STATE in stack.stepfunctions.describe_state_machine(stateMachineArn=arn)["definition"]


def states(stack: Deployed, job: dict[str, Any]) -> set[str]:
    """The states that the job's one execution has entered."""
    (run,) = stack.api.get(f"/jobs/{job['job_id']}/runs").json()["runs"]
    history = stack.stepfunctions.get_execution_history(executionArn=run["execution_arn"])
    return {
        event["stateEnteredEventDetails"]["name"] for event in history["events"] if "stateEnteredEventDetails" in event
    }
