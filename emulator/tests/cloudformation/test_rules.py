"""A rule of a deployed stack that its template changes."""

import json
from collections.abc import Iterator
from typing import Any
from unittest.mock import Mock

import pytest

from dockerless.cloudformation.rules import remove_targets

from .stack import Stack


def template(kinds: list[str], targets: list[str]) -> str:
    queues: dict[str, Any] = {name: {"Type": "AWS::SQS::Queue"} for name in ("First", "Second")}
    rule = {
        "EventBusName": {"Ref": "Bus"},
        "EventPattern": {"detail-type": kinds},
        "Targets": [{"Id": name, "Arn": {"Fn::GetAtt": [name, "Arn"]}} for name in targets],
    }
    bus = {"Type": "AWS::Events::EventBus", "Properties": {"Name": {"Ref": "AWS::StackName"}}}
    resources = {**queues, "Bus": bus, "Rule": {"Type": "AWS::Events::Rule", "Properties": rule}}
    return json.dumps({"Resources": resources, "Outputs": {"Bus": {"Value": {"Ref": "Bus"}}}})


@pytest.fixture
def stack(instance: Any) -> Iterator[Stack]:
    made = Stack(instance)
    yield made
    made.delete()


def test_a_changed_rule_takes_other_events_to_other_targets(stack: Stack, instance: Any) -> None:
    events = instance.client("events")

    def deployed(kind: str, *what: list[str]) -> tuple[str, list[str], list[str]]:
        stack.deploy(kind, template(*what))
        bus = stack.outputs()["Bus"]
        (rule,) = events.list_rules(EventBusName=bus)["Rules"]
        targets = events.list_targets_by_rule(Rule=rule["Name"], EventBusName=bus)["Targets"]
        pattern = json.loads(rule["EventPattern"])
        return rule["Name"], pattern["detail-type"], sorted(target["Id"] for target in targets)

    name, *before = deployed("CREATE", ["a"], ["First"])
    assert before == [["a"], ["First"]]
    assert deployed("UPDATE", ["a", "b"], ["First"]) == (name, ["a", "b"], ["First"])
    assert deployed("UPDATE", ["b"], ["Second"]) == (name, ["b"], ["Second"])


def test_a_rule_cannot_move_to_another_bus() -> None:
    with pytest.raises(ValueError, match="EventBusName of a rule cannot be changed"):
        remove_targets(Mock(), "rule", {"EventBusName": "one"}, {"EventBusName": "other"})
