"""The lifecycle's table, and the functions of the control plane's tests."""

from types import SimpleNamespace

import pytest

from tests.unit.control.conftest import context, function
from tests.unit.lifecycle.conftest import table

__all__ = ["context", "function", "table"]


@pytest.fixture(autouse=True)
def no_waiting(monkeypatch: pytest.MonkeyPatch) -> None:
    """The SDK waits before it sends again; here nobody recovers meanwhile."""
    monkeypatch.setattr("botocore.endpoint.time", SimpleNamespace(sleep=lambda seconds: None))
