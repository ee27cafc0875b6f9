"""What a table of a running instance may have beside items: indexes, expiry, backups, tags."""

import json
from typing import Any

from .live import Server, unique, until
from .world import key_schema, wire

KEY = {"pk": "a", "sk": "1"}


def test_cloudformation_makes_and_changes_a_table_with_everything(server: Server) -> None:
    cloudformation = server.client("cloudformation")
    indexes = [f"by-{number}" for number in range(5)]
    properties: dict[str, Any] = {
        "BillingMode": "PAY_PER_REQUEST",
        "AttributeDefinitions": [
            {"AttributeName": name, "AttributeType": "S"} for name in ("pk", "sk", *indexes)
        ],
        "KeySchema": key_schema("pk", "sk"),
        "GlobalSecondaryIndexes": [
            {
                "IndexName": name,
                "KeySchema": key_schema(name, "sk"),
                "Projection": {"ProjectionType": "INCLUDE", "NonKeyAttributes": ["n"]},
            }
            for name in indexes
        ],
        "StreamSpecification": {"StreamViewType": "NEW_AND_OLD_IMAGES"},
        "TimeToLiveSpecification": {"AttributeName": "expires", "Enabled": True},
        "PointInTimeRecoverySpecification": {"PointInTimeRecoveryEnabled": True},
        "DeletionProtectionEnabled": False,
        "Tags": [{"Key": "project", "Value": "p"}],
    }
    template = {
        "Resources": {"Table": {"Type": "AWS::DynamoDB::Table", "Properties": properties}},
        "Outputs": {
            "Name": {"Value": {"Ref": "Table"}},
            "Arn": {"Value": {"Fn::GetAtt": ["Table", "Arn"]}},
            "Stream": {"Value": {"Fn::GetAtt": ["Table", "StreamArn"]}},
        },
    }
    stack = unique("stack")

    cloudformation.create_stack(StackName=stack, TemplateBody=json.dumps(template))
    cloudformation.get_waiter("stack_create_complete").wait(StackName=stack, WaiterConfig={"Delay": 1})
    (described,) = cloudformation.describe_stacks(StackName=stack)["Stacks"]
    outputs = {output["OutputKey"]: output["OutputValue"] for output in described["Outputs"]}
    table = server.dynamodb.describe_table(TableName=outputs["Name"])["Table"]

    assert outputs["Arn"] == table["TableArn"]
    assert outputs["Stream"] == table["LatestStreamArn"]
    assert [index["IndexName"] for index in table["GlobalSecondaryIndexes"]] == indexes
    ttl = server.dynamodb.describe_time_to_live(TableName=outputs["Name"])["TimeToLiveDescription"]
    assert ttl == {"TimeToLiveStatus": "ENABLED", "AttributeName": "expires"}
    tags = server.dynamodb.list_tags_of_resource(ResourceArn=table["TableArn"])["Tags"]
    assert {"Key": "project", "Value": "p"} in tags

    properties["GlobalSecondaryIndexes"] = properties["GlobalSecondaryIndexes"][1:]
    properties["AttributeDefinitions"] = [
        {"AttributeName": name, "AttributeType": "S"} for name in ("pk", "sk", *indexes[1:])
    ]
    properties["TimeToLiveSpecification"] = {"AttributeName": "expires", "Enabled": False}
    properties["Tags"] = [{"Key": "owner", "Value": "o"}]
    cloudformation.update_stack(StackName=stack, TemplateBody=json.dumps(template))
    cloudformation.get_waiter("stack_update_complete").wait(StackName=stack, WaiterConfig={"Delay": 1})
    changed = server.dynamodb.describe_table(TableName=outputs["Name"])["Table"]

    assert changed["TableId"] == table["TableId"]
    assert [index["IndexName"] for index in changed["GlobalSecondaryIndexes"]] == indexes[1:]
    ttl = server.dynamodb.describe_time_to_live(TableName=outputs["Name"])["TimeToLiveDescription"]
    assert ttl == {"TimeToLiveStatus": "DISABLED"}
    tags = server.dynamodb.list_tags_of_resource(ResourceArn=table["TableArn"])["Tags"]
    assert {"Key": "owner", "Value": "o"} in tags
    assert {"Key": "project", "Value": "p"} not in tags

    cloudformation.delete_stack(StackName=stack)
    cloudformation.get_waiter("stack_delete_complete").wait(StackName=stack, WaiterConfig={"Delay": 1})
    assert outputs["Name"] not in server.dynamodb.list_tables()["TableNames"]


def test_expired_items_go(server: Server, jobs: str) -> None:
    dynamodb = server.dynamodb
    dynamodb.update_time_to_live(
        TableName=jobs, TimeToLiveSpecification={"Enabled": True, "AttributeName": "expires"}
    )
    # Long over, though not by the five years after which DynamoDB takes it for a mistake.
    dynamodb.put_item(TableName=jobs, Item=wire({**KEY, "expires": 1_700_000_000}))

    until(lambda: "Item" not in dynamodb.get_item(TableName=jobs, Key=wire(KEY)))


def test_recovery_can_be_enabled(server: Server, jobs: str) -> None:
    server.dynamodb.update_continuous_backups(
        TableName=jobs, PointInTimeRecoverySpecification={"PointInTimeRecoveryEnabled": True}
    )

    backups = server.dynamodb.describe_continuous_backups(TableName=jobs)["ContinuousBackupsDescription"]
    assert backups["PointInTimeRecoveryDescription"]["PointInTimeRecoveryStatus"] == "ENABLED"
