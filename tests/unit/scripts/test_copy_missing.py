"""A table that gets back what it has lost."""

from typing import Any

import boto3
import pytest
from moto import mock_aws

from scripts.copy_missing import copy_missing
from tests.table import table_definition


def item(name: str, value: str) -> dict[str, Any]:
    return {"pk": {"S": name}, "sk": {"S": "JOB"}, "value": {"S": value}}


def test_what_is_lost_comes_back_and_what_is_newer_stays(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"):
        monkeypatch.setenv(name, "test")
    monkeypatch.delenv("AWS_ENDPOINT_URL", raising=False)
    with mock_aws():
        dynamodb = boto3.client("dynamodb", region_name="us-east-1")
        for table in ("restored", "jobs"):
            dynamodb.create_table(TableName=table, **table_definition())
        for old in (item("a", "old"), item("b", "old")):
            dynamodb.put_item(TableName="restored", Item=old)
        dynamodb.put_item(TableName="jobs", Item=item("b", "new"))
        assert copy_missing(dynamodb, "restored", "jobs") == (1, 1)
        found = dynamodb.scan(TableName="jobs")["Items"]
        assert {it["pk"]["S"]: it["value"]["S"] for it in found} == {"a": "old", "b": "new"}
        assert copy_missing(dynamodb, "restored", "jobs") == (0, 2)
