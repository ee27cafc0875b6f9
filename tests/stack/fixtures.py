"""The `stack` fixture: the product deployed on an emulator of the test run's own, as `make up` does it."""

from collections.abc import Iterator

import pytest

from scripts.instances import own_instance
from scripts.tools import Failed
from scripts.up import bring_up
from tests.stack.deployed import Deployed


@pytest.fixture(scope="session")
def stack() -> Iterator[Deployed]:
    """Deployed once per run, with API keys on; it shares nothing with the stack of `make up` but built files."""
    with own_instance() as instance:
        try:
            deployed = bring_up(instance, require_keys=True)
        except Failed as failure:
            pytest.fail(f"the stack did not come up: {failure}", pytrace=False)
        yield Deployed(deployed)
