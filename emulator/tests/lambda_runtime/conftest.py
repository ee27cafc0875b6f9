"""Fixtures of the Lambda tests."""

from functools import partial
from typing import Any, Protocol

import pytest

from .deploy import Function, create


class Deploy(Protocol):
    def __call__(self, **settings: Any) -> Function: ...


@pytest.fixture(scope="session")
def functions(instance: Any) -> Any:
    """The Lambda client."""
    return instance.client("lambda")


@pytest.fixture(scope="session")
def deploy(functions: Any) -> Deploy:
    """Create a function."""
    return partial(create, functions)


@pytest.fixture(scope="session")
def probe(deploy: Deploy) -> Function:
    """A function of probe.py with ample memory and time."""
    return deploy(Timeout=30, MemorySize=512)
