"""Fixtures of the DynamoDB tests."""

import os
from collections.abc import Callable, Iterator
from typing import Any

import pytest

from .live import Listener, Server
from .world import World


@pytest.fixture
def world() -> World:
    """An empty table with a sparse index and a stream."""
    return World()


@pytest.fixture(scope="session")
def server(request: pytest.FixtureRequest) -> Server:
    """The instance that DOCKERLESS_ENDPOINT names, or the one that all tests share."""
    return Server(os.environ.get("DOCKERLESS_ENDPOINT") or request.getfixturevalue("endpoint"))


@pytest.fixture
def jobs(server: Server) -> Iterator[str]:
    """A table of its own for a test."""
    name = server.create_table()
    yield name
    server.dynamodb.delete_table(TableName=name)


@pytest.fixture
def listen(server: Server) -> Iterator[Callable[..., Listener]]:
    """Makes functions that hear of a table's changes."""
    made: list[Listener] = []

    def make(table: str, **mapping: Any) -> Listener:
        made.append(Listener(server, table, **mapping))
        return made[-1]

    yield make
    for listener in made:
        listener.close()
