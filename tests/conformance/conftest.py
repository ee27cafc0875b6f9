"""The same table on moto and on LocalStack."""

import uuid
from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from moto import mock_aws

from nightshift import clients
from nightshift.settings import settings
from nightshift.store import lanes
from tests.stack.deployed import Deployed
from tests.table import table_definition

CREDENTIALS = {"AWS_ACCESS_KEY_ID": "test", "AWS_SECRET_ACCESS_KEY": "test", "AWS_DEFAULT_REGION": "us-east-1"}


@pytest.fixture(params=["moto", "localstack"])
def backend(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    """A fresh table, which the domain's own client reads and writes; the name of what serves it."""
    for name, value in CREDENTIALS.items():
        monkeypatch.setenv(name, value)
    monkeypatch.setenv("TABLE_NAME", f"conformance-{uuid.uuid4()}")
    monkeypatch.setenv("MAX_CONCURRENCY", "2")
    if request.param == "localstack":
        stack: Deployed = request.getfixturevalue("stack")
        monkeypatch.setenv("AWS_ENDPOINT_URL", stack.stack.instance.endpoint)
        with _table():
            yield "localstack"
    else:
        monkeypatch.delenv("AWS_ENDPOINT_URL", raising=False)
        with mock_aws(), _table():
            yield "moto"


@contextmanager
def _table() -> Iterator[None]:
    _forget()
    clients.dynamodb().create_table(TableName=settings().table_name, **table_definition())
    yield
    clients.dynamodb().delete_table(TableName=settings().table_name)
    _forget()


def _forget() -> None:
    settings.cache_clear()
    clients.dynamodb.cache_clear()
    lanes.forget_touches()
