"""A database with a clock in hand, spoken to with plain Python values."""

from typing import Any

from boto3.dynamodb.types import TypeDeserializer, TypeSerializer

from dockerless.dynamodb import control, reads, writes
from dockerless.dynamodb.database import Database
from dockerless.dynamodb.table import Table

_serialize = TypeSerializer().serialize
_deserialize = TypeDeserializer().deserialize

GSI = "by-lane"


def wire(item: dict[str, Any]) -> dict[str, Any]:
    """Python values in DynamoDB's wire form."""
    return {name: _serialize(value) for name, value in item.items()}


def plain(item: dict[str, Any]) -> dict[str, Any]:
    """The inverse of `wire`."""
    return {name: _deserialize(value) for name, value in item.items()}


def table_request(name: str = "jobs", **extra: Any) -> dict[str, Any]:
    """A CreateTable request: pk and sk, and a sparse index on lane and weight."""
    return {
        "TableName": name,
        "BillingMode": "PAY_PER_REQUEST",
        "KeySchema": key_schema("pk", "sk"),
        "AttributeDefinitions": [
            {"AttributeName": attribute, "AttributeType": kind}
            for attribute, kind in (("pk", "S"), ("sk", "S"), ("lane", "S"), ("weight", "N"))
        ],
        "GlobalSecondaryIndexes": [
            {
                "IndexName": GSI,
                "KeySchema": key_schema("lane", "weight"),
                "Projection": {"ProjectionType": "ALL"},
            }
        ],
        "StreamSpecification": {"StreamEnabled": True, "StreamViewType": "NEW_AND_OLD_IMAGES"},
        **extra,
    }


def key_schema(*names: str) -> list[dict[str, str]]:
    """A KeySchema of a hash key and perhaps a range key."""
    return [
        {"AttributeName": name, "KeyType": kind} for name, kind in zip(names, ("HASH", "RANGE"), strict=False)
    ]


class World:
    """One database, one table, and the time it is."""

    def __init__(self, **extra: Any) -> None:
        self.now = 1_800_000_000.0
        self.database = Database("000000000000", "eu-west-1", clock=lambda: self.now)
        self.table: Table = control.create_table(self.database, table_request(**extra))

    def put(self, item: dict[str, Any], **request: Any) -> dict[str, Any]:
        request = {"TableName": self.table.name, "Item": wire(item), **_wired(request)}
        return writes.execute(writes.put(self.table, request), request)

    def update(self, key: dict[str, Any], **request: Any) -> dict[str, Any]:
        request = {"TableName": self.table.name, "Key": wire(key), **_wired(request)}
        return writes.execute(writes.update(self.table, request), request, is_update=True)

    def delete(self, key: dict[str, Any], **request: Any) -> dict[str, Any]:
        request = {"TableName": self.table.name, "Key": wire(key), **_wired(request)}
        return writes.execute(writes.delete(self.table, request), request)

    def get(self, key: dict[str, Any], **request: Any) -> dict[str, Any] | None:
        found = reads.get_item(self.table, {"Key": wire(key), **request}).get("Item")
        return None if found is None else plain(found)

    def query(self, condition: str, **request: Any) -> dict[str, Any]:
        return reads.query(self.table, {"KeyConditionExpression": condition, **_wired(request)})

    def scan(self, **request: Any) -> dict[str, Any]:
        return reads.scan(self.table, _wired(request))

    def records(self) -> list[dict[str, Any]]:
        stream = self.table.stream
        assert stream is not None
        return stream.read(stream.first, 1000)[0]

    def events(self) -> list[str]:
        return [record["eventName"] for record in self.records()]


def _wired(request: dict[str, Any]) -> dict[str, Any]:
    values = request.get("ExpressionAttributeValues")
    return {**request, "ExpressionAttributeValues": wire(values)} if values else request
