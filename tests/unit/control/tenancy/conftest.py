"""The REST functions with keys on."""

from collections.abc import Callable
from types import ModuleType
from typing import Any

import pytest

from nightshift.settings import settings
from tests.unit.control.tenancy.world import Rest


@pytest.fixture
def rest(aws: None, function: Callable[[str], ModuleType], context: Any, monkeypatch: pytest.MonkeyPatch) -> Rest:
    monkeypatch.setenv("REQUIRE_API_KEYS", "true")
    settings.cache_clear()
    rest = Rest(function, context)
    import direct

    # Nothing runs here that a direct request could wait for.
    monkeypatch.setattr(direct, "LONGEST_WAIT_SECONDS", 0)
    return rest
