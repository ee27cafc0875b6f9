"""Creating, describing, changing and deleting tables."""

from typing import Any

import pytest
from localstack.aws.api.dynamodb import ResourceInUseException, ResourceNotFoundException

from dockerless.dynamodb import control
from dockerless.dynamodb.description import described
from dockerless.dynamodb.errors import ValidationError

from .world import GSI, World, key_schema, table_request

S = [{"AttributeName": "pk", "AttributeType": "S"}]


def test_a_description_of_an_on_demand_table(world: World) -> None:
    world.put({"pk": "a", "sk": "1", "lane": "l", "weight": 1})
    world.put({"pk": "a", "sk": "2"})

    table = described(world.table, warm=True)

    assert table["TableId"] == world.table.id
    assert table["TableArn"] == "arn:aws:dynamodb:eu-west-1:000000000000:table/jobs"
    assert table["BillingModeSummary"]["BillingMode"] == "PAY_PER_REQUEST"
    assert (table["ItemCount"], table["TableSizeBytes"]) == (2, 6 + 6 + 5 + 8)
    assert "LocalSecondaryIndexes" not in table
    assert table["WarmThroughput"] == {
        "ReadUnitsPerSecond": 12000, "WriteUnitsPerSecond": 4000, "Status": "ACTIVE",
    }  # fmt: skip
    (index,) = table["GlobalSecondaryIndexes"]
    assert index["IndexArn"] == f"{table['TableArn']}/index/{GSI}"
    assert (index["ItemCount"], index["IndexSizeBytes"]) == (1, 6 + 5 + 8)
    assert table["LatestStreamArn"] == f"{table['TableArn']}/stream/{table['LatestStreamLabel']}"


def test_a_description_of_a_bare_provisioned_table() -> None:
    world = World(
        BillingMode=None,
        ProvisionedThroughput={"ReadCapacityUnits": 5, "WriteCapacityUnits": 6},
        KeySchema=key_schema("pk"),
        AttributeDefinitions=S,
        GlobalSecondaryIndexes=None,
        StreamSpecification=None,
    )

    table = described(world.table)

    assert table["ProvisionedThroughput"]["WriteCapacityUnits"] == 6
    assert not {"BillingModeSummary", "GlobalSecondaryIndexes", "StreamSpecification"} & set(table)


@pytest.mark.parametrize(
    ("extra", "message"),
    [
        ({"TableName": "a"}, "must be between 3 and 255 characters long"),
        ({"AttributeDefinitions": S}, "Some index key attributes are not defined in AttributeDefinitions"),
        ({"GlobalSecondaryIndexes": None}, "Number of attributes in KeySchema does not exactly match"),
        ({"GlobalSecondaryIndexes": []}, "List of GlobalSecondaryIndexes is empty"),
        (
            {"ProvisionedThroughput": {"ReadCapacityUnits": 1}},
            "Neither ReadCapacityUnits nor WriteCapacityUnits",
        ),
        ({"BillingMode": "PROVISIONED"}, "must both be specified when BillingMode is PROVISIONED"),
        ({"StreamSpecification": {"StreamEnabled": True}}, "StreamViewType must be specified"),
        ({"AttributeDefinitions": [{"AttributeName": "pk", "AttributeType": "M"}]}, "satisfy enum value set"),
    ],
)
def test_definitions_dynamodb_refuses(world: World, extra: dict[str, Any], message: str) -> None:
    with pytest.raises(ValidationError, match=message):
        control.create_table(world.database, table_request(**{"TableName": "other", **extra}))

    assert list(world.database.tables) == ["jobs"]


def test_a_name_is_taken_once(world: World) -> None:
    with pytest.raises(ResourceInUseException, match="Table already exists: jobs"):
        control.create_table(world.database, table_request())


def test_a_table_is_found_by_its_arn(world: World) -> None:
    assert world.database.table(world.table.arn) is world.table
    with pytest.raises(ResourceNotFoundException, match="Table: absent not found"):
        control.table_or_error(world.database, "absent")


def test_a_new_index_holds_the_items_that_fit_it(world: World) -> None:
    world.put({"pk": "a", "sk": "1", "owner_id": "o"})
    world.put({"pk": "a", "sk": "2", "owner_id": 7})
    world.put({"pk": "a", "sk": "3"})
    create = {
        "IndexName": "by-owner",
        "KeySchema": key_schema("owner_id"),
        "Projection": {"ProjectionType": "KEYS_ONLY"},
    }

    table = control.update_table(
        world.database,
        {
            "TableName": "jobs",
            "AttributeDefinitions": [{"AttributeName": "owner_id", "AttributeType": "S"}],
            "GlobalSecondaryIndexUpdates": [{"Create": create}],
        },
    )

    assert len(table.indexes["by-owner"].items) == 1


def test_an_index_can_be_deleted(world: World) -> None:
    delete = {"TableName": "jobs", "GlobalSecondaryIndexUpdates": [{"Delete": {"IndexName": GSI}}]}

    control.update_table(world.database, delete)

    assert "GlobalSecondaryIndexes" not in described(world.table)
    assert world.table.types == {"pk": "S", "sk": "S"}
    with pytest.raises(ResourceNotFoundException):
        control.update_table(world.database, delete)


def test_a_protected_table_is_not_deleted(world: World) -> None:
    control.update_table(world.database, {"TableName": "jobs", "DeletionProtectionEnabled": True})
    with pytest.raises(ValidationError, match="protected against deletion"):
        control.delete_table(world.database, "jobs")

    control.update_table(world.database, {"TableName": "jobs", "DeletionProtectionEnabled": False})
    assert control.delete_table(world.database, "jobs")["TableStatus"] == "DELETING"
    assert world.database.tables == {}


def test_an_index_is_as_large_as_what_it_holds(world: World) -> None:
    narrow = {
        "IndexName": "narrow",
        "KeySchema": key_schema("lane"),
        "Projection": {"ProjectionType": "KEYS_ONLY"},
    }
    control.update_table(
        world.database, {"TableName": "jobs", "GlobalSecondaryIndexUpdates": [{"Create": narrow}]}
    )
    key = {"pk": "a", "sk": "1"}

    def size() -> int:
        return world.table.indexes["narrow"].size

    world.put({**key, "lane": "l", "more": "x" * 100})
    assert size() == 6 + 5
    world.put({**key, "lane": "long"})
    assert size() == 6 + 8
    world.update(key, UpdateExpression="REMOVE lane")
    assert size() == 0
