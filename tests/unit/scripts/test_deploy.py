"""What a deployment is blamed for."""

from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from scripts import deploy
from scripts.tools import Failed
from scripts.workspace import Instance

BEGAN = datetime(2026, 1, 31, tzinfo=UTC)
REASON = f"Resource type AWS::NoSuch::Thing is not supported but was {deploy.FALLBACK}"


@pytest.fixture
def instance(tmp_path: Path) -> Instance:
    return Instance(tmp_path / "stack", 0)


def event(name: str, status: str, seconds: float) -> dict[str, Any]:
    at = BEGAN + timedelta(seconds=seconds)
    return {"LogicalResourceId": name, "ResourceStatus": status, "ResourceStatusReason": "why", "Timestamp": at}


class CloudFormation:
    def __init__(self, events: list[dict[str, Any]]) -> None:
        self.events = events

    def client(self, *_: object, **__: object) -> "CloudFormation":
        return self

    def get_paginator(self, _operation: str) -> "CloudFormation":
        return self

    def paginate(self, **_: object) -> list[dict[str, Any]]:
        return [{"StackEvents": self.events}]


def test_only_failures_of_this_deployment_are_its_reasons(instance: Instance, monkeypatch: pytest.MonkeyPatch) -> None:
    events = [
        event("New", "UPDATE_FAILED", 1),
        event("Fine", "UPDATE_COMPLETE", 1),
        event("Old", "CREATE_FAILED", -1),
    ]
    monkeypatch.setattr(deploy, "session", lambda: CloudFormation(events))
    assert list(deploy._reasons(instance, BEGAN)) == ["    New: why"]


@pytest.mark.parametrize(
    ("resources", "pretended"),
    [
        ([{"LogicalResourceId": "Thing", "ResourceStatusReason": REASON}], [f"    Thing: {REASON}"]),
        ([{"LogicalResourceId": "Table"}], []),
    ],
)
def test_only_resources_the_stack_still_has_can_be_pretended(
    instance: Instance, monkeypatch: pytest.MonkeyPatch, resources: list[dict[str, Any]], pretended: list[str]
) -> None:
    monkeypatch.setattr(deploy, "resources", lambda _: resources)
    assert deploy._pretended(instance) == pretended


@pytest.mark.parametrize(
    ("status", "waits"),
    [
        ("REVIEW_IN_PROGRESS", True),
        ("UPDATE_IN_PROGRESS", True),
        ("UPDATE_COMPLETE", True),
        ("ROLLBACK_IN_PROGRESS", True),
        ("ROLLBACK_COMPLETE", False),
        ("UPDATE_ROLLBACK_FAILED", False),
    ],
)
def test_a_failed_stack_is_not_waited_for(
    instance: Instance, monkeypatch: pytest.MonkeyPatch, status: str, waits: bool
) -> None:
    monkeypatch.setattr(deploy, "describe", lambda _: {"StackStatus": status})
    assert (deploy._deadlock(instance) is None) == waits


def test_the_reason_is_told_with_the_failure(instance: Instance, monkeypatch: pytest.MonkeyPatch) -> None:
    def stopped(*_: object, **__: object) -> str:
        raise Failed("sam-deploy was stopped")

    monkeypatch.setattr(deploy, "run", stopped)
    monkeypatch.setattr(deploy, "_reasons", lambda *_: iter(["    Queue: its name is bad"]))
    with pytest.raises(Failed, match=r"stopped\nCloudFormation says:\n    Queue: its name is bad"):
        deploy._sam_deploy(instance, {})
