"""Which calls bring a table from one template to the next."""

from typing import Any
from unittest.mock import Mock, call

import pytest

from dockerless.cloudformation.tables import update_table

KEYS = [{"AttributeName": "pk", "KeyType": "HASH"}]
DEFINITIONS = [{"AttributeName": name, "AttributeType": "S"} for name in ("pk", "a", "b")]


def index(name: str, attribute: str) -> dict[str, Any]:
    return {
        "IndexName": name,
        "KeySchema": [{"AttributeName": attribute, "KeyType": "HASH"}],
        "Projection": {"ProjectionType": "ALL"},
    }


def properties(**extra: Any) -> dict[str, Any]:
    return {"KeySchema": KEYS, "AttributeDefinitions": DEFINITIONS, "BillingMode": "PAY_PER_REQUEST", **extra}


def updates(previous: dict[str, Any], desired: dict[str, Any]) -> list[Any]:
    client = Mock()
    client.describe_table.return_value = {"Table": {"TableArn": "arn"}}
    update_table(client, "t", properties(**previous), properties(**desired))
    return [made for made in client.mock_calls if not made[0].startswith("describe_table")]


def test_nothing_changed() -> None:
    assert updates({"Tags": []}, {"Tags": []}) == []


def test_indexes_are_deleted_made_and_made_anew() -> None:
    kept, redefined, gone = index("kept", "a"), index("redefined", "a"), index("gone", "b")

    made = updates(
        {"GlobalSecondaryIndexes": [kept, redefined, gone]},
        {"GlobalSecondaryIndexes": [kept, index("redefined", "b"), index("new", "a")]},
    )

    assert [update.kwargs["GlobalSecondaryIndexUpdates"] for update in made] == [
        [{"Delete": {"IndexName": "redefined"}}],
        [{"Delete": {"IndexName": "gone"}}],
        [{"Create": index("redefined", "b")}],
        [{"Create": index("new", "a")}],
    ]
    assert all(update.kwargs["AttributeDefinitions"] == DEFINITIONS for update in made)


@pytest.mark.parametrize(
    ("previous", "desired", "expected"),
    [
        (
            {"StreamSpecification": {"StreamViewType": "KEYS_ONLY"}},
            {"StreamSpecification": {"StreamViewType": "NEW_IMAGE"}},
            [
                call.update_table(TableName="t", StreamSpecification={"StreamEnabled": False}),
                call.update_table(
                    TableName="t", StreamSpecification={"StreamEnabled": True, "StreamViewType": "NEW_IMAGE"}
                ),
            ],
        ),
        (
            {},
            {"BillingMode": "PROVISIONED", "ProvisionedThroughput": {"ReadCapacityUnits": 1}},
            [
                call.update_table(
                    TableName="t", BillingMode="PROVISIONED", ProvisionedThroughput={"ReadCapacityUnits": 1}
                )
            ],
        ),
        (
            {"DeletionProtectionEnabled": True},
            {},
            [call.update_table(TableName="t", DeletionProtectionEnabled=False)],
        ),
        (
            {"TimeToLiveSpecification": {"AttributeName": "a", "Enabled": True}},
            {"TimeToLiveSpecification": {"AttributeName": "b", "Enabled": True}},
            [
                call.update_time_to_live(
                    TableName="t", TimeToLiveSpecification={"AttributeName": name, "Enabled": enabled}
                )
                for name, enabled in (("a", False), ("b", True))
            ],
        ),
        (
            {"PointInTimeRecoverySpecification": {"PointInTimeRecoveryEnabled": True}},
            {},
            [
                call.update_continuous_backups(
                    TableName="t", PointInTimeRecoverySpecification={"PointInTimeRecoveryEnabled": False}
                )
            ],
        ),
        (
            {"Tags": [{"Key": "old", "Value": "1"}]},
            {"Tags": [{"Key": "new", "Value": "1"}]},
            [
                call.untag_resource(ResourceArn="arn", TagKeys=["old"]),
                call.tag_resource(ResourceArn="arn", Tags=[{"Key": "new", "Value": "1"}]),
            ],
        ),
    ],
)
def test_settings(previous: dict[str, Any], desired: dict[str, Any], expected: list[Any]) -> None:
    assert updates(previous, desired) == expected


def test_keys_cannot_change() -> None:
    with pytest.raises(ValueError, match="KeySchema of a table cannot be changed"):
        updates({}, {"KeySchema": [{"AttributeName": "a", "KeyType": "HASH"}]})
