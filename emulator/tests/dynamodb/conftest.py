"""Fixtures of the DynamoDB tests."""

import pytest

from .world import World


@pytest.fixture
def world() -> World:
    """An empty table with a sparse index and a stream."""
    return World()
