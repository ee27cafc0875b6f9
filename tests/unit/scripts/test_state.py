"""Saving table and bucket, and bringing them back into a fresh stack."""

from collections.abc import Iterator
from pathlib import Path

import boto3
import pytest
from moto import mock_aws

from scripts import state
from scripts.stack import Store
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
def store(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Store]:
    monkeypatch.setattr(state, "client_options", lambda _: {})
    with mock_aws():
        yield fresh_store(tmp_path)


@pytest.fixture
def snapshot(tmp_path: Path) -> Path:
    return tmp_path / "state" / "snapshot.zip"


def fresh_store(home: Path, name: str = "first") -> Store:
    keys = [("pk", "HASH"), ("sk", "RANGE")]
    boto3.client("dynamodb", "us-east-1").create_table(
        TableName=name,
        BillingMode="PAY_PER_REQUEST",
        AttributeDefinitions=[{"AttributeName": key, "AttributeType": "S"} for key, _ in keys],
        KeySchema=[{"AttributeName": key, "KeyType": kind} for key, kind in keys],
    )
    boto3.client("s3", "us-east-1").create_bucket(Bucket=name)
    return Store(Instance(home / "stack", 0), name, name)


def put(store: Store, *items: dict) -> None:
    for item in items:
        boto3.client("dynamodb", "us-east-1").put_item(TableName=store.table_name, Item=item)


def items(store: Store) -> list[dict]:
    return boto3.client("dynamodb", "us-east-1").scan(TableName=store.table_name)["Items"]


def test_items_come_back_as_they_were(store: Store, snapshot: Path, tmp_path: Path) -> None:
    put(store, JOB, SCHEDULER, BINARY)
    state.save(store, snapshot)

    restored = fresh_store(tmp_path, "second")
    state.restore(restored, snapshot)

    by_key = {(item["pk"]["S"], item["sk"]["S"]): item for item in items(restored)}
    assert by_key[("JOB#1", "JOB")] == JOB
    assert by_key[("SCHEDULER", "STATE")] == SCHEDULER
    binary = by_key[("JOB#1", "STEP")]
    assert sorted(binary.pop("raws")["BS"]) == [b"\x01", b"\x02"]
    assert binary == {name: value for name, value in BINARY.items() if name != "raws"}


def test_jobs_are_written_after_what_a_claim_counts_on(
    store: Store, snapshot: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    put(store, JOB, SCHEDULER, BINARY)
    state.save(store, snapshot)
    written: list[dict] = []
    monkeypatch.setattr(state, "_put_items", lambda _client, _table, items: written.extend(items))

    state.restore(fresh_store(tmp_path, "second"), snapshot)

    assert len(written) == 3
    assert written[-1] == JOB


def test_more_items_than_one_batch_and_one_page(store: Store, snapshot: Path, tmp_path: Path) -> None:
    many = [
        {"pk": {"S": f"JOB#{n}"}, "sk": {"S": "JOB"}, "status": {"S": "FAILED"}, "text": {"S": "x" * 20_000}}
        for n in range(120)
    ]
    put(store, *many)
    state.save(store, snapshot)

    restored = fresh_store(tmp_path, "second")
    state.restore(restored, snapshot)

    pages = boto3.client("dynamodb", "us-east-1").get_paginator("scan").paginate(TableName="second")
    assert sorted(item["pk"]["S"] for page in pages for item in page["Items"]) == sorted(
        item["pk"]["S"] for item in many
    )


def test_objects_come_back_with_their_headers(store: Store, snapshot: Path, tmp_path: Path) -> None:
    s3 = boto3.client("s3", "us-east-1")
    keys = ["t/j/r/artifacts/이야기.md", "t/j", "t/j/", "T/J"]  # names that no file system could hold side by side
    for key in keys:
        s3.put_object(
            Bucket=store.bucket_name,
            Key=key,
            Body=key.encode(),
            ContentType="text/markdown; charset=utf-8",
            Metadata={"run": "1"},
        )
    state.save(store, snapshot)

    restored = fresh_store(tmp_path, "second")
    state.restore(restored, snapshot)

    for key in keys:
        found = s3.get_object(Bucket="second", Key=key)
        assert found["Body"].read() == key.encode()
        assert found["ContentType"] == "text/markdown; charset=utf-8"
        assert found["Metadata"] == {"run": "1"}


def test_a_failed_save_keeps_the_snapshot_before(store: Store, snapshot: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    put(store, JOB)
    state.save(store, snapshot)
    before = snapshot.read_bytes()

    def fail(*_: object) -> None:
        raise ConnectionError

    monkeypatch.setattr(state, "_objects", fail)
    with pytest.raises(ConnectionError):
        state.save(store, snapshot)

    assert snapshot.read_bytes() == before


def test_one_snapshot_before_is_kept(store: Store, snapshot: Path) -> None:
    state.save(store, snapshot)
    put(store, JOB)
    state.save(store, snapshot)
    second = snapshot.read_bytes()
    put(store, SCHEDULER)
    state.save(store, snapshot)

    assert snapshot.read_bytes() != second
    assert sorted(path.name for path in snapshot.parent.iterdir()) == ["snapshot.previous.zip", "snapshot.zip"]
    assert (snapshot.parent / "snapshot.previous.zip").read_bytes() == second


def test_an_interrupted_restore_goes_on_and_overwrites_nothing_newer(
    store: Store, snapshot: Path, tmp_path: Path
) -> None:
    s3 = boto3.client("s3", "us-east-1")
    put(store, JOB, SCHEDULER, BINARY)
    for key in ("log", "artifact"):
        s3.put_object(Bucket=store.bucket_name, Key=key, Body=b"saved")
    state.save(store, snapshot)

    restored = fresh_store(tmp_path, "second")
    newer = JOB | {"version": {"N": "8"}}
    put(restored, newer)
    s3.put_object(Bucket="second", Key="log", Body=b"newer")
    state.restore(restored, snapshot)

    found = items(restored)
    assert newer in found
    assert len(found) == 3
    assert s3.get_object(Bucket="second", Key="log")["Body"].read() == b"newer"
    assert s3.get_object(Bucket="second", Key="artifact")["Body"].read() == b"saved"
