"""How long the search is, and the table it runs on."""

import os
from collections.abc import Iterator

import pytest
from hypothesis import HealthCheck, settings
from moto import mock_aws

from nightshift import clients
from nightshift.settings import settings as deployment
from nightshift.store import write
from tests.table import table_definition
from tests.unit.control.conftest import MACHINES, REGION
from tests.unit.lifecycle.table import NAME, STREAM

SLOW = [HealthCheck.too_slow, HealthCheck.data_too_large, HealthCheck.filter_too_much]
settings.register_profile(
    "quick", max_examples=20, stateful_step_count=30, deadline=None, print_blob=True, suppress_health_check=SLOW
)
settings.register_profile(
    "ci", settings.get_profile("quick"), max_examples=200, stateful_step_count=50, derandomize=False
)
settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE", "quick"))


@pytest.fixture
def table(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """The table with its stream, on moto, and two slots."""
    environment = {
        "AWS_DEFAULT_REGION": REGION,
        "POWERTOOLS_METRICS_NAMESPACE": "nightshift",
        "TABLE_NAME": NAME,
        "EVENT_BUS_NAME": "nightshift",
        "POISON_QUEUE_URL": f"https://sqs.{REGION}.amazonaws.com/123456789012/poison",
        "SCHEDULE_GROUP": "nightshift",
        "SCHEDULER_ROLE_ARN": "arn:aws:iam::123456789012:role/scheduler",
        "STATE_MACHINE_PREFIX": MACHINES,
        "DISPATCH_QUEUE_URL": f"https://sqs.{REGION}.amazonaws.com/123456789012/dispatch",
        "DISPATCH_QUEUE_ARN": f"arn:aws:sqs:{REGION}:123456789012:dispatch",
        "MAX_CONCURRENCY": "2",
    }
    with mock_aws():
        for name, value in environment.items():
            monkeypatch.setenv(name, value)
        monkeypatch.delenv("AWS_ENDPOINT_URL", raising=False)
        # Nobody is in the way, so there is nobody to wait for.
        monkeypatch.setattr(write, "_BACK_OFF_SECONDS", 0)
        deployment.cache_clear()
        clients.dynamodb().create_table(TableName=NAME, **table_definition(), StreamSpecification=STREAM)
        yield
    deployment.cache_clear()
