"""Creating, changing and deleting tables."""

from collections.abc import Mapping
from typing import Any

from localstack.aws.api.dynamodb import ResourceInUseException, ResourceNotFoundException

from dockerless.dynamodb import definitions
from dockerless.dynamodb.database import Database
from dockerless.dynamodb.description import ON_DEMAND, described
from dockerless.dynamodb.errors import INVALID, ValidationError
from dockerless.dynamodb.index import SortedIndex
from dockerless.dynamodb.schema import KeySchema
from dockerless.dynamodb.streams import Stream
from dockerless.dynamodb.table import Table
from dockerless.dynamodb.values import Attributes, sortable


def table_or_error(database: Database, name: str) -> Table:
    """The table, or the longer ResourceNotFoundException that table operations give."""
    try:
        return database.table(name)
    except ResourceNotFoundException:
        raise ResourceNotFoundException(f"Requested resource not found: Table: {name} not found") from None


def create_table(database: Database, request: Mapping[str, Any]) -> Table:
    """Creates a table, ready at once; raises ValidationError, ResourceInUseException."""
    name = request["TableName"]
    definitions.check_name(name)
    settings = definitions.settings(request)
    keys = KeySchema.of(request["KeySchema"])
    types = definitions.attribute_types(request["AttributeDefinitions"])
    indexes = definitions.index_schemas(request, keys)
    definitions.check_definitions(types, keys, indexes)
    if name in database.tables:
        raise ResourceInUseException(f"Table already exists: {name}")
    settings.sse = _sse_description(database, request)
    table = Table(name, database.arn(name), keys, types, settings, database.clock)
    for index in indexes:
        table.add_index(index)
    if stream := request.get("StreamSpecification"):
        set_stream(database, table, stream)
    database.tables[name] = table
    return table


def delete_table(database: Database, name: str) -> dict[str, Any]:
    """Deletes a table and describes it a last time; its stream stays readable until trimmed."""
    table = table_or_error(database, name)
    if table.settings.deletion_protection:
        raise ValidationError(
            "Resource cannot be deleted as it is currently protected against deletion. "
            "Disable deletion protection first."
        )
    if table.stream is not None and table.stream.closed_at is None:
        table.stream.close()
    del database.tables[table.name]
    return described(table, "DELETING")


def update_table(database: Database, request: Mapping[str, Any]) -> Table:
    """Changes a table's stream, indexes and settings; raises ValidationError."""
    table = table_or_error(database, request["TableName"])
    settings = table.settings
    if changes := request.get("GlobalSecondaryIndexUpdates"):
        _update_indexes(table, changes, request.get("AttributeDefinitions") or [])
    if stream := request.get("StreamSpecification"):
        set_stream(database, table, stream)
    if throughput := request.get("ProvisionedThroughput"):
        settings.throughput = dict(throughput)
    if mode := request.get("BillingMode"):
        settings.billing_mode = mode
        if mode == ON_DEMAND:
            settings.throughput = {"ReadCapacityUnits": 0, "WriteCapacityUnits": 0}
    if (protection := request.get("DeletionProtectionEnabled")) is not None:
        settings.deletion_protection = protection
    if request.get("SSESpecification"):
        settings.sse = _sse_description(database, request)
    settings.table_class = request.get("TableClass") or settings.table_class
    return table


def set_stream(database: Database, table: Table, specification: Mapping[str, Any]) -> None:
    """Enables or disables the table's stream; raises ValidationError."""
    enabled = table.stream is not None and table.stream.closed_at is None
    if not specification.get("StreamEnabled"):
        if not enabled and table.stream is None and specification.get("StreamViewType"):
            raise ValidationError(
                f"{INVALID}StreamViewType must not be specified when StreamEnabled is false"
            )
        if enabled and table.stream is not None:
            table.stream.close()
        return
    if enabled:
        raise ValidationError(f"Table already has an enabled stream: TableName: {table.name}")
    view_type = specification.get("StreamViewType")
    if view_type not in ("KEYS_ONLY", "NEW_IMAGE", "OLD_IMAGE", "NEW_AND_OLD_IMAGES"):
        raise ValidationError(f"{INVALID}StreamViewType must be specified when StreamEnabled is true")
    table.stream = Stream(table.arn, database.region, table.keys, view_type, database.clock)
    database.streams[table.stream.arn] = table.stream


def _update_indexes(
    table: Table, changes: list[Mapping[str, Any]], new_types: list[Mapping[str, str]]
) -> None:
    table.types |= definitions.attribute_types(new_types)
    for change in changes:
        if create := change.get("Create"):
            schema = definitions.index_schema(create, is_global=True)
            if schema.name in table.indexes:
                raise ValidationError(f"Attempting to create an index which already exists: {schema.name}")
            schemas = [index.schema for index in table.indexes.values()]
            if missing := [name for name in schema.keys.names if name not in table.types]:
                definitions.check_definitions(
                    {name: kind for name, kind in table.types.items() if name not in missing},
                    table.keys,
                    [*schemas, schema],
                )
            table.add_index(schema)
        elif (delete := change.get("Delete")) and table.indexes.pop(delete["IndexName"], None) is None:
            raise ResourceNotFoundException(
                f"Requested resource not found: Index: {delete['IndexName']} not found"
            )
    used = {
        *table.keys.names,
        *(name for index in table.indexes.values() for name in index.schema.keys.names),
    }
    table.types = {name: kind for name, kind in table.types.items() if name in used}


def _sse_description(database: Database, request: Mapping[str, Any]) -> dict[str, Any] | None:
    specification = request.get("SSESpecification") or {}
    if not specification.get("Enabled"):
        return None
    key = specification.get("KMSMasterKeyId") or "alias/aws/dynamodb"
    if not key.startswith("arn:"):
        key = f"arn:aws:kms:{database.region}:{database.account_id}:" + (key if "/" in key else f"key/{key}")
    return {"Status": "ENABLED", "SSEType": "KMS", "KMSMasterKeyArn": key}


def update_time_to_live(table: Table, specification: Mapping[str, Any]) -> None:
    """Turns expiry on or off; raises ValidationError when it is on for another attribute, or off already."""
    name = specification["AttributeName"]
    if specification.get("Enabled"):
        if table.ttl_attribute == name:
            # AWS refuses the repetition, but LocalStack's CloudFormation makes it.
            return
        if table.ttl_attribute is not None:
            raise ValidationError("TimeToLive is already enabled")
        table.ttl_attribute = name

        def expiry(attributes: Attributes) -> tuple[Any, ...] | None:
            value = attributes.get(name, {})
            return (sortable(value), *table.key(attributes)) if "N" in value else None

        table.expiring = SortedIndex(expiry)
        for item in table.items.all():
            table.expiring.replace(None, item)
    else:
        if table.ttl_attribute is None:
            raise ValidationError("TimeToLive is already disabled")
        table.ttl_attribute = table.expiring = None
