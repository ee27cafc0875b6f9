"""The deployed API answers as its document says, whatever it is asked: statuses, headers, schemas, no failures."""

import pytest

from tests.fuzz.fuzzing import fuzz
from tests.stack.deployed import Deployed

SECONDS = 60
# What is new is looked for by `make fuzz`; a test that failed has to fail again.
SEED = 20261121


@pytest.mark.timeout(360)
def test_no_request_is_answered_otherwise_than_documented(stack: Deployed) -> None:
    fuzzed = fuzz(stack.stack, SECONDS, SEED)
    assert fuzzed.returncode == 0, fuzzed.stdout + fuzzed.stderr
