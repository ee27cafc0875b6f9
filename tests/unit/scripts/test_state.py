"""Saving table and bucket, and bringing them back into a fresh stack."""

from collections.abc import Iterator
from pathlib import Path

import boto3
import pytest
from moto import mock_aws

from scripts import state
from scripts.stack import Stack
from scripts.workspace import Instance

JOB = {"pk": {"S": "JOB#1"}, "sk": {"S": "JOB"}, "status": {"S": "COMPLETED"}, "version": {"N": "7"}}
SCHEDULER = {"pk": {"S": "SCHEDULER"}, "sk": {"S": "STATE"}, "slots_used": {"N": "0"}}
BINARY = {
    "pk": {"S": "JOB#1"},
    "sk": {"S": "STEP"},
    "raw": {"B": b"\x00\xff"},
    "raws": {"BS": [b"\x01", b"\x02"]},
    "nested": {"M": {"B": {"S": "a map's attribute that is called B"}, "BS": {"L": [{"B": b"\x03"}]}}},
}


@pytest.fixture
def stack(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Stack]:
    monkeypatch.setattr(state, "client_options", lambda _: {})
    with mock_aws():
        yield fresh_stack(tmp_path)


def fresh_stack(home: Path, name: str = "first") -> Stack:
    keys = [("pk", "HASH"), ("sk", "RANGE")]
    boto3.client("dynamodb", "us-east-1").create_table(
        TableName=name,
        BillingMode="PAY_PER_REQUEST",
        AttributeDefinitions=[{"AttributeName": key, "AttributeType": "S"} for key, _ in keys],
        KeySchema=[{"AttributeName": key, "KeyType": kind} for key, kind in keys],
    )
    boto3.client("s3", "us-east-1").create_bucket(Bucket=name)
    return Stack(Instance(home / "stack", 0), {"TableName": name, "BucketName": name})


def put(stack: Stack, *items: dict) -> None:
    for item in items:
        boto3.client("dynamodb", "us-east-1").put_item(TableName=stack.table_name, Item=item)


def items(stack: Stack) -> list[dict]:
    return boto3.client("dynamodb", "us-east-1").scan(TableName=stack.table_name)["Items"]


def test_items_come_back_as_they_were(stack: Stack, tmp_path: Path) -> None:
    put(stack, JOB, SCHEDULER, BINARY)
    state.save(stack)

    restored = fresh_stack(tmp_path, "second")
    state.restore(restored)

    by_key = {(item["pk"]["S"], item["sk"]["S"]): item for item in items(restored)}
    assert by_key[("JOB#1", "JOB")] == JOB
    assert by_key[("SCHEDULER", "STATE")] == SCHEDULER
    binary = by_key[("JOB#1", "STEP")]
    assert sorted(binary.pop("raws")["BS"]) == [b"\x01", b"\x02"]
    assert binary == {name: value for name, value in BINARY.items() if name != "raws"}


def test_jobs_are_written_after_what_a_claim_counts_on(
    stack: Stack, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    put(stack, JOB, SCHEDULER, BINARY)
    state.save(stack)
    written: list[dict] = []
    monkeypatch.setattr(state, "_put_items", lambda _client, _table, items: written.extend(items))

    state.restore(fresh_stack(tmp_path, "second"))

    assert len(written) == 3
    assert written[-1] == JOB


def test_more_items_than_one_batch_and_one_page(stack: Stack, tmp_path: Path) -> None:
    many = [{"pk": {"S": f"JOB#{n}"}, "sk": {"S": "JOB"}, "text": {"S": "x" * 20_000}} for n in range(120)]
    put(stack, *many)
    state.save(stack)

    restored = fresh_stack(tmp_path, "second")
    state.restore(restored)

    pages = boto3.client("dynamodb", "us-east-1").get_paginator("scan").paginate(TableName="second")
    assert sorted(item["pk"]["S"] for page in pages for item in page["Items"]) == sorted(
        item["pk"]["S"] for item in many
    )


def test_objects_come_back_with_their_headers(stack: Stack, tmp_path: Path) -> None:
    s3 = boto3.client("s3", "us-east-1")
    keys = ["t/j/r/artifacts/이야기.md", "t/j", "t/j/", "T/J"]  # names that no file system could hold side by side
    for key in keys:
        s3.put_object(
            Bucket=stack.bucket_name,
            Key=key,
            Body=key.encode(),
            ContentType="text/markdown; charset=utf-8",
            Metadata={"run": "1"},
        )
    state.save(stack)

    restored = fresh_stack(tmp_path, "second")
    state.restore(restored)

    for key in keys:
        found = s3.get_object(Bucket="second", Key=key)
        assert found["Body"].read() == key.encode()
        assert found["ContentType"] == "text/markdown; charset=utf-8"
        assert found["Metadata"] == {"run": "1"}


def test_a_failed_save_keeps_the_snapshot_before(stack: Stack, monkeypatch: pytest.MonkeyPatch) -> None:
    put(stack, JOB)
    state.save(stack)
    before = state.snapshot_file(stack.instance).read_bytes()

    def fail(*_: object) -> None:
        raise ConnectionError

    monkeypatch.setattr(state, "_objects", fail)
    with pytest.raises(ConnectionError):
        state.save(stack)

    assert state.snapshot_file(stack.instance).read_bytes() == before
