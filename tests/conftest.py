"""Marks each test with the level its folder names: tests/unit/… is `unit`, and so on."""

import os
from pathlib import Path

import pytest

pytest_plugins = ["tests.stack.fixtures"]

HERE = Path(__file__).parent

# A logger takes its name from here when its module is first imported, which may be before any test begins.
os.environ.setdefault("POWERTOOLS_SERVICE_NAME", "nightshift")


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        level = item.path.relative_to(HERE).parts[0]
        item.add_marker(level)
