"""Executions that share what was made for the first of them."""

import json
import time
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import pytest

from dockerless.stepfunctions import once_for_each_role

from .conftest import Launched

_ROLE = "arn:aws:iam::000000000000:role/states"
_SECONDS = 60.0
_DEFINITION = {
    "StartAt": "Ask",
    "States": {
        "Ask": {
            "Type": "Task",
            "Resource": "arn:aws:states:::lambda:invoke",
            "Parameters": {"FunctionName": "nobody-made-it", "Payload.$": "$.given"},
            "Retry": [{"ErrorEquals": ["States.ALL"], "IntervalSeconds": 1, "MaxAttempts": 1}],
            "Catch": [{"ErrorEquals": ["States.ALL"], "ResultPath": "$.error", "Next": "Tell"}],
            "End": True,
        },
        "Tell": {"Type": "Pass", "Parameters": {"given.$": "$.given"}, "End": True},
    },
}


@pytest.fixture(scope="module")
def states(instance: Launched) -> Any:
    return instance.client("stepfunctions")


@pytest.fixture
def machine(states: Any) -> Iterator[str]:
    arn = states.create_state_machine(name="shared", definition=json.dumps(_DEFINITION), roleArn=_ROLE)[
        "stateMachineArn"
    ]
    yield arn
    states.delete_state_machine(stateMachineArn=arn)


def test_each_execution_counts_its_own_attempts_and_follows_its_own_paths(states: Any, machine: str) -> None:
    executions = [
        states.start_execution(stateMachineArn=machine, input=json.dumps({"given": given}))["executionArn"]
        for given in range(3)
    ]

    for given, arn in enumerate(executions):
        assert json.loads(_ended(states, arn)["output"]) == {"given": given}
        events = states.get_execution_history(executionArn=arn)["events"]
        assert sum(event["type"] == "TaskFailed" for event in events) == 2


def test_a_client_is_shared_by_the_tasks_of_a_role() -> None:
    @dataclass
    class Credentials:
        role_arn: str

    client_for = once_for_each_role(lambda service, region, credentials: object())

    assert client_for("sqs", "eu-west-1", Credentials("a")) is client_for(
        "sqs", "eu-west-1", Credentials("a")
    )
    others = [("sns", "eu-west-1", "a"), ("sqs", "us-east-1", "a"), ("sqs", "eu-west-1", "b")]
    made = {client_for(service, region, Credentials(role)) for service, region, role in others}
    assert len(made) == 3
    assert client_for("sqs", "eu-west-1", Credentials("a")) not in made


def _ended(states: Any, arn: str) -> dict[str, Any]:
    deadline = time.monotonic() + _SECONDS
    while (execution := states.describe_execution(executionArn=arn))["status"] == "RUNNING":
        assert time.monotonic() < deadline, "the execution does not end"
        time.sleep(0.05)
    assert execution["status"] == "SUCCEEDED"
    return dict(execution)
