"""What the tests of the scheduler share."""

from collections.abc import Callable, Iterator
from functools import partial
from typing import Any
from uuid import uuid4

import boto3
import pytest
from moto import mock_aws

from .instance import Clients, Queue
from .world import World


@pytest.fixture
def world(monkeypatch: pytest.MonkeyPatch) -> Iterator[World]:
    for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"):
        monkeypatch.setenv(name, "testing")
    with mock_aws():
        yield World()


@pytest.fixture(scope="module")
def clients(endpoint: str) -> Clients:
    """boto3 clients of the instance under test."""
    session = boto3.Session("test", "test", region_name="us-east-1")
    return partial(session.client, endpoint_url=endpoint)


@pytest.fixture
def scheduler(clients: Clients) -> Any:
    return clients("scheduler")


@pytest.fixture
def name() -> str:
    """A name that no other test uses."""
    return f"t-{uuid4().hex[:12]}"


@pytest.fixture
def make_queue(clients: Clients) -> Iterator[Callable[..., Queue]]:
    made: list[Queue] = []

    def make(suffix: str = "", **attributes: str) -> Queue:
        made.append(Queue(clients("sqs"), f"q-{uuid4().hex[:12]}{suffix}", attributes))
        return made[-1]

    yield make
    for queue in made:
        queue.delete()


@pytest.fixture
def queue(make_queue: Callable[..., Queue]) -> Queue:
    return make_queue()
