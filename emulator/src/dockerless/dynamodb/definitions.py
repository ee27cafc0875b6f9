"""Reads and checks the table and index definitions of CreateTable and UpdateTable."""

import re
from collections.abc import Mapping
from typing import Any

from dockerless.dynamodb.description import ON_DEMAND
from dockerless.dynamodb.errors import INVALID, ValidationError
from dockerless.dynamodb.schema import IndexSchema, KeySchema
from dockerless.dynamodb.table import Settings

_NAME = re.compile(r"[a-zA-Z0-9_.-]{3,255}\Z")
_NO_THROUGHPUT = {"ReadCapacityUnits": 0, "WriteCapacityUnits": 0}
_KEY_TYPES = ("S", "N", "B")


def check_name(name: str) -> None:
    """Raises ValidationError unless `name` can name a table or an index."""
    if not _NAME.match(name):
        raise ValidationError(
            "Invalid table/index name.  Table/index names must be between 3 and 255 characters long, "
            "and may contain only the characters a-z, A-Z, 0-9, '_', '-', and '.'"
        )


def settings(request: Mapping[str, Any]) -> Settings:
    """What CreateTable says beside the keys; raises ValidationError."""
    billing_mode = request.get("BillingMode") or "PROVISIONED"
    throughput = request.get("ProvisionedThroughput")
    if billing_mode == ON_DEMAND and throughput:
        raise ValidationError(
            f"{INVALID}Neither ReadCapacityUnits nor WriteCapacityUnits can be specified when BillingMode is "
            "PAY_PER_REQUEST"
        )
    if billing_mode == "PROVISIONED" and not throughput:
        raise ValidationError(
            f"{INVALID}ReadCapacityUnits and WriteCapacityUnits must both be specified when BillingMode "
            "is PROVISIONED"
        )
    return Settings(
        billing_mode=billing_mode,
        throughput=dict(throughput or _NO_THROUGHPUT),
        table_class=request.get("TableClass"),
        deletion_protection=bool(request.get("DeletionProtectionEnabled")),
        tags={tag["Key"]: tag["Value"] for tag in request.get("Tags") or []},
    )


def attribute_types(definitions: list[Mapping[str, str]]) -> dict[str, str]:
    """Attribute name → type, from AttributeDefinitions; raises ValidationError."""
    for definition in definitions:
        if definition["AttributeType"] not in _KEY_TYPES:
            raise ValidationError(
                f"1 validation error detected: Value '{definition['AttributeType']}' at "
                "'attributeDefinitions.1.member.attributeType' failed to satisfy constraint: "
                "Member must satisfy enum value set: [B, N, S]"
            )
    return {definition["AttributeName"]: definition["AttributeType"] for definition in definitions}


def index_schema(definition: Mapping[str, Any], *, is_global: bool) -> IndexSchema:
    """A secondary index from its definition; raises ValidationError."""
    check_name(definition["IndexName"])
    projection = definition.get("Projection") or {}
    if "ProjectionType" not in projection:
        raise ValidationError(f"{INVALID}Unknown ProjectionType: null")
    if projection.get("NonKeyAttributes") and projection["ProjectionType"] != "INCLUDE":
        raise ValidationError(
            f"{INVALID}ProjectionType is {projection['ProjectionType']}, but NonKeyAttributes is specified"
        )
    return IndexSchema(
        definition["IndexName"],
        KeySchema.of(definition["KeySchema"]),
        dict(projection),
        is_global,
        dict(definition.get("ProvisionedThroughput") or _NO_THROUGHPUT) if is_global else {},
    )


def index_schemas(request: Mapping[str, Any], keys: KeySchema) -> list[IndexSchema]:
    """All secondary indexes of CreateTable; raises ValidationError."""
    indexes: list[IndexSchema] = []
    for member, is_global in (("LocalSecondaryIndexes", False), ("GlobalSecondaryIndexes", True)):
        definitions = request.get(member)
        if definitions is not None and not definitions:
            raise ValidationError(f"{INVALID}List of {member} is empty")
        indexes += [index_schema(definition, is_global=is_global) for definition in definitions or []]
    for index in indexes:
        if not index.is_global and index.keys.hash != keys.hash:
            raise ValidationError(
                f"{INVALID}Table KeySchema: The AttributeName of a LocalSecondaryIndex's HASH key must be "
                "the table's: "
                f"{index.name}"
            )
    names = [index.name for index in indexes]
    if duplicate := next((name for name in names if names.count(name) > 1), None):
        raise ValidationError(f"{INVALID}Duplicate index name: {duplicate}")
    return indexes


def check_definitions(types: Mapping[str, str], keys: KeySchema, indexes: list[IndexSchema]) -> None:
    """Raises ValidationError unless exactly the key attributes of table and indexes are defined."""
    used = {*keys.names, *(name for index in indexes for name in index.keys.names)}
    if missing := sorted(used - set(types)):
        if not indexes:
            raise ValidationError("Invalid KeySchema: Some index key attribute have no definition")
        raise ValidationError(
            f"{INVALID}Some index key attributes are not defined in AttributeDefinitions. "
            f"Keys: {_listed(missing)}, AttributeDefinitions: {_listed(types)}"
        )
    if set(types) - used:
        if not indexes:
            raise ValidationError(
                f"{INVALID}Number of attributes in KeySchema does not exactly match number of attributes "
                "defined in "
                "AttributeDefinitions"
            )
        raise ValidationError(
            f"{INVALID}Some AttributeDefinitions are not used. AttributeDefinitions: {_listed(types)}, "
            f"keys used: {_listed(used)}"
        )


def _listed(names: Mapping[str, str] | set[str] | list[str]) -> str:
    return "[" + ", ".join(sorted(names)) + "]"
