"""The control plane on moto: the table as the template defines it, and everything else it calls."""

import importlib.util
import sys
from collections.abc import Callable, Iterator
from functools import cache
from pathlib import Path
from types import ModuleType

import pytest
from moto import mock_aws
from moto.kms.utils import generate_private_key

from nightshift import callers, clients
from nightshift.job_types import JOB_TYPES
from nightshift.settings import settings
from nightshift.store import lanes
from tests.table import table_definition
from tests.unit.control.gateway import Gateway
from tests.unit.control.listening import listen_to_the_table

ROOT = Path(__file__).resolve().parents[3]
REGION = "us-east-1"
MACHINES = f"arn:aws:states:{REGION}:123456789012:stateMachine:nightshift-"

private_key = cache(generate_private_key)
"""moto makes an RSA key for each of KMS, whatever that is for; one serves all tests."""


@pytest.fixture
def aws(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Every service that the domain calls, empty."""
    environment = {
        "AWS_ACCESS_KEY_ID": "test",
        "AWS_SECRET_ACCESS_KEY": "test",
        "AWS_DEFAULT_REGION": REGION,
        "TABLE_NAME": "nightshift",
        "BUCKET_NAME": "nightshift-artifacts",
        "EVENT_BUS_NAME": "nightshift",
        "SCHEDULE_GROUP": "nightshift",
        "SCHEDULER_ROLE_ARN": "arn:aws:iam::123456789012:role/scheduler",
        "STATE_MACHINE_PREFIX": MACHINES,
        "MAX_CONCURRENCY": "2",
        "POWERTOOLS_SERVICE_NAME": "nightshift",
        "POWERTOOLS_METRICS_NAMESPACE": "nightshift",
    }
    with mock_aws():
        for name, value in environment.items():
            monkeypatch.setenv(name, value)
        monkeypatch.delenv("AWS_ENDPOINT_URL", raising=False)
        monkeypatch.setattr("moto.kms.models.generate_private_key", private_key)
        _forget()
        clients.dynamodb().create_table(TableName="nightshift", **table_definition())
        clients.s3().create_bucket(Bucket="nightshift-artifacts")
        clients.events().create_event_bus(Name="nightshift")
        clients.scheduler().create_schedule_group(Name="nightshift")
        queues = clients.sqs()
        monkeypatch.setenv("DISPATCH_QUEUE_URL", queues.create_queue(QueueName="dispatch")["QueueUrl"])
        monkeypatch.setenv("DISPATCH_QUEUE_ARN", f"arn:aws:sqs:{REGION}:123456789012:dispatch")
        monkeypatch.setenv("SECRETS_KEY_ID", clients.kms().create_key()["KeyMetadata"]["KeyId"])
        monkeypatch.setenv("POISON_QUEUE_URL", queues.create_queue(QueueName="poison")["QueueUrl"])
        for name in JOB_TYPES:
            clients.stepfunctions().create_state_machine(
                name=f"nightshift-{name}",
                definition='{"StartAt": "S", "States": {"S": {"Type": "Pass", "End": true}}}',
                roleArn="arn:aws:iam::123456789012:role/machine",
            )
        yield
    _forget()


def _forget() -> None:
    """The clients stay: moto answers them in every test, and making them is what takes time."""
    settings.cache_clear()
    lanes.forget_touches()
    callers.forget_callers()


@pytest.fixture
def function(monkeypatch: pytest.MonkeyPatch) -> Callable[[str], ModuleType]:
    """Loads a function's ``app`` as Lambda does: its own folder is the root of its imports."""

    def load(name: str) -> ModuleType:
        folder = ROOT / "functions" / name
        monkeypatch.syspath_prepend(str(folder))
        for module in [module for module in sys.modules if module.split(".")[0] in ("routes", "direct")]:
            del sys.modules[module]
        spec = importlib.util.spec_from_file_location(f"{name}_app", folder / "app.py")
        assert spec
        assert spec.loader
        app = importlib.util.module_from_spec(spec)
        spec.loader.exec_module(app)
        return app

    return load


class Context:
    """What Lambda passes as context, as far as Powertools looks."""

    function_name = "function"
    memory_limit_in_mb = 512
    invoked_function_arn = f"arn:aws:lambda:{REGION}:123456789012:function:function"
    aws_request_id = "00000000-0000-0000-0000-000000000000"

    def get_remaining_time_in_millis(self) -> int:
        return 30_000


@pytest.fixture
def context() -> Context:
    return Context()


@pytest.fixture
def api(function: Callable[[str], ModuleType], context: Context, monkeypatch: pytest.MonkeyPatch) -> Gateway:
    monkeypatch.setenv("LISTENER_MAPPING_ID", listen_to_the_table())
    settings.cache_clear()
    return Gateway(function("api"), context)


@pytest.fixture
def waiter(function: Callable[[str], ModuleType], context: Context) -> Gateway:
    return Gateway(function("waiter"), context)
