"""Fixtures of the DynamoDB tests."""

import os
from collections.abc import Callable, Iterator
from typing import Any

import pytest

from .live import Instance, Listener
from .world import World


@pytest.fixture
def world() -> World:
    """An empty table with a sparse index and a stream."""
    return World()


@pytest.fixture(scope="session")
def instance(request: pytest.FixtureRequest) -> Instance:
    """The running instance under test."""
    url = os.environ.get("DOCKERLESS_ENDPOINT")
    if url is None:
        try:
            url = request.getfixturevalue("endpoint")
        except pytest.FixtureLookupError:
            pytest.skip("DOCKERLESS_ENDPOINT is not set, and no fixture starts an instance")
    return Instance(url)


@pytest.fixture
def jobs(instance: Instance) -> Iterator[str]:
    """A table of its own for a test."""
    name = instance.create_table()
    yield name
    instance.dynamodb.delete_table(TableName=name)


@pytest.fixture
def listen(instance: Instance) -> Iterator[Callable[..., Listener]]:
    """Makes functions that hear of a table's changes."""
    made: list[Listener] = []

    def make(table: str, **mapping: Any) -> Listener:
        made.append(Listener(instance, table, **mapping))
        return made[-1]

    yield make
    for listener in made:
        listener.close()
