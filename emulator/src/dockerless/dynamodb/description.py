"""TableDescription and its parts."""

from datetime import UTC, datetime
from typing import Any

from dockerless.dynamodb.table import SecondaryIndex, Table

ON_DEMAND = "PAY_PER_REQUEST"
# What AWS reports for a new on-demand table.
_ON_DEMAND_READS, _ON_DEMAND_WRITES = 12000, 4000


def described(table: Table, status: str = "ACTIVE", *, warm: bool = False) -> dict[str, Any]:
    """The TableDescription of `table`; `warm` adds the throughput it can serve at once."""
    settings = table.settings
    created = datetime.fromtimestamp(table.created, UTC)
    result: dict[str, Any] = {
        "AttributeDefinitions": [
            {"AttributeName": name, "AttributeType": kind} for name, kind in table.types.items()
        ],
        "TableName": table.name,
        "KeySchema": table.keys.described(),
        "TableStatus": status,
        "CreationDateTime": created,
        "ProvisionedThroughput": {"NumberOfDecreasesToday": 0, **settings.throughput},
        "TableSizeBytes": table.size,
        "ItemCount": len(table.items),
        "TableArn": table.arn,
        "TableId": table.id,
        "DeletionProtectionEnabled": settings.deletion_protection,
    }
    if warm:
        result["WarmThroughput"] = _warm(settings.billing_mode, settings.throughput)
    if settings.billing_mode == ON_DEMAND:
        result["BillingModeSummary"] = {
            "BillingMode": ON_DEMAND,
            "LastUpdateToPayPerRequestDateTime": created,
        }
    for group, is_global in (("LocalSecondaryIndexes", False), ("GlobalSecondaryIndexes", True)):
        if indexes := [index for index in table.indexes.values() if index.schema.is_global == is_global]:
            result[group] = [_index(table, index, warm) for index in indexes]
    if table.stream is not None:
        if table.stream.closed_at is None:
            result["StreamSpecification"] = {"StreamEnabled": True, "StreamViewType": table.stream.view_type}
        result["LatestStreamLabel"] = table.stream.label
        result["LatestStreamArn"] = table.stream.arn
    if settings.sse:
        result["SSEDescription"] = settings.sse
    if settings.table_class:
        result["TableClassSummary"] = {"TableClass": settings.table_class}
    return result


def _index(table: Table, index: SecondaryIndex, warm: bool) -> dict[str, Any]:
    result: dict[str, Any] = {
        "IndexName": index.schema.name,
        "KeySchema": index.schema.keys.described(),
        "Projection": index.schema.projection,
        "IndexSizeBytes": index.size,
        "ItemCount": len(index.items),
        "IndexArn": f"{table.arn}/index/{index.schema.name}",
    }
    if index.schema.is_global:
        throughput = index.schema.throughput
        result["IndexStatus"] = "ACTIVE"
        result["ProvisionedThroughput"] = {"NumberOfDecreasesToday": 0, **throughput}
        if warm:
            result["WarmThroughput"] = _warm(table.settings.billing_mode, throughput)
    return result


def _warm(billing_mode: str, throughput: dict[str, int]) -> dict[str, Any]:
    reads, writes = throughput["ReadCapacityUnits"], throughput["WriteCapacityUnits"]
    if billing_mode == ON_DEMAND:
        reads, writes = _ON_DEMAND_READS, _ON_DEMAND_WRITES
    return {"ReadUnitsPerSecond": reads, "WriteUnitsPerSecond": writes, "Status": "ACTIVE"}
