"""Saves table and bucket to one file and brings them back: the emulator itself keeps everything in memory.

The file is a zip of ``items.jsonl`` (DynamoDB JSON), ``objects.jsonl`` (keys and headers) and ``objects/N``.
Scanning the table is fine in this tool, which runs when the stack goes down; no request path does it.
"""

import base64
import itertools
import json
import os
import zipfile
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

from botocore.exceptions import ClientError

from scripts.consistent import Item, consistent
from scripts.stack import Store, client_options, session
from scripts.tools import Failed

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient
    from mypy_boto3_s3 import S3Client

BATCH = 25  # BatchWriteItem's limit
THREADS = 8
MAX_SCANS = 5
MAX_ROUNDS = 20
HEADERS = ("ContentType", "ContentDisposition", "ContentEncoding", "CacheControl", "Metadata")


def save(store: Store, target: Path) -> None:
    """Writes the snapshot ``target``; the one before is kept beside it, as ``target`` until the new one is complete."""
    target.parent.mkdir(parents=True, exist_ok=True)
    unfinished = target.with_suffix(".unfinished")
    items = _settled_items(_dynamodb(store), store.table_name)
    with zipfile.ZipFile(unfinished, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("items.jsonl", "\n".join(json.dumps(item, default=_from_bytes) for item in items))
        headers = []
        for number, (header, body) in enumerate(_objects(_s3(store), store.bucket_name)):
            headers.append(json.dumps(header))
            archive.writestr(f"objects/{number}", body)
        archive.writestr("objects.jsonl", "\n".join(headers))
    if target.exists():
        previous = target.with_suffix(".previous.zip")
        previous.unlink(missing_ok=True)
        previous.hardlink_to(target)
    os.replace(unfinished, target)


def restore(store: Store, source: Path) -> None:
    """Writes the snapshot ``source``, objects first, so that no item names an object not yet there.

    May be repeated after an interruption: what is there already is as old or newer, and left alone.

    Raises:
        Failed: The table did not take every item.
    """
    with zipfile.ZipFile(source) as archive:
        _put_objects(_s3(store), store.bucket_name, archive)
        items = [json.loads(line, object_hook=_to_bytes) for line in _lines(archive, "items.jsonl")]
    dynamodb = _dynamodb(store)
    present = {_key(item) for item in _scan(dynamodb, store.table_name)}
    missing = [item for item in consistent(items, datetime.now(UTC)) if _key(item) not in present]
    _put_items(dynamodb, store.table_name, missing)


def _key(item: Item) -> tuple[str, str]:
    return item["pk"]["S"], item["sk"]["S"]


def _settled_items(dynamodb: "DynamoDBClient", table: str) -> list[Item]:
    """All items as of one moment: two scans in a row found the same. Under steady load, the last scan."""
    items: list[Item] = []
    for _ in range(MAX_SCANS):
        before, items = items, list(_scan(dynamodb, table))
        if items == before:
            break
    return items


def _scan(dynamodb: "DynamoDBClient", table: str) -> Iterator[Item]:
    for page in dynamodb.get_paginator("scan").paginate(TableName=table, ConsistentRead=True):
        yield from page["Items"]


def _put_items(dynamodb: "DynamoDBClient", table: str, items: list[Item]) -> None:
    for batch in itertools.batched(items, BATCH, strict=False):
        requests: Any = {table: [{"PutRequest": {"Item": item}} for item in batch]}
        for _ in range(MAX_ROUNDS):
            requests = dynamodb.batch_write_item(RequestItems=requests)["UnprocessedItems"]
            if not requests:
                break
        else:
            raise Failed(f"the table {table} did not take all saved items; the snapshot is kept")


def _objects(s3: "S3Client", bucket: str) -> Iterator[tuple[dict[str, Any], bytes]]:
    def get(key: str) -> tuple[dict[str, Any], bytes] | None:
        try:
            found = s3.get_object(Bucket=bucket, Key=key)
        except ClientError as error:
            if error.response["Error"]["Code"] == "NoSuchKey":  # a log chunk, merged since it was listed
                return None
            raise
        kept = {name: found[name] for name in HEADERS if name in found}  # type: ignore[literal-required]
        return {"Key": key, **kept}, found["Body"].read()

    with ThreadPoolExecutor(THREADS) as pool:
        for few in itertools.batched(_keys(s3, bucket), THREADS, strict=False):  # bounds what is in memory at once
            yield from (found for found in pool.map(get, few) if found is not None)


def _keys(s3: "S3Client", bucket: str) -> Iterator[str]:
    for page in s3.get_paginator("list_objects_v2").paginate(Bucket=bucket):
        yield from (entry["Key"] for entry in page.get("Contents", []))


def _put_objects(s3: "S3Client", bucket: str, archive: zipfile.ZipFile) -> None:
    def put(entry: tuple[int, dict[str, Any]]) -> None:
        number, header = entry
        s3.put_object(Bucket=bucket, Body=archive.read(f"objects/{number}"), **header)

    present = set(_keys(s3, bucket))
    headers = [json.loads(line) for line in _lines(archive, "objects.jsonl")]
    missing = [(number, header) for number, header in enumerate(headers) if header["Key"] not in present]
    with ThreadPoolExecutor(THREADS) as pool:
        list(pool.map(put, missing))


def _lines(archive: zipfile.ZipFile, name: str) -> list[str]:
    return archive.read(name).decode().splitlines()


def _from_bytes(value: bytes) -> str:
    return base64.b64encode(value).decode()


def _to_bytes(attribute: dict[str, Any]) -> dict[str, Any]:
    """Binary attribute values back from base64. A map's attribute named B holds a dict, never a string."""
    match attribute:
        case {"B": str(text)} if len(attribute) == 1:
            return {"B": base64.b64decode(text)}
        case {"BS": [str(), *_] as texts} if len(attribute) == 1:
            return {"BS": [base64.b64decode(text) for text in texts]}
    return attribute


def _dynamodb(store: Store) -> "DynamoDBClient":
    return session().client("dynamodb", **client_options(store.instance))


def _s3(store: Store) -> "S3Client":
    return session().client("s3", **client_options(store.instance))
