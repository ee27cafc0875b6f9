"""Changes to a deployed AWS::DynamoDB::Table: LocalStack reports them as done and makes none of them."""

from typing import Any

from localstack.runtime import hooks
from localstack.services.cloudformation.resource_provider import (
    OperationStatus,
    ProgressEvent,
    ResourceRequest,
)

type Properties = dict[str, Any]

_FIXED = ("KeySchema", "LocalSecondaryIndexes")
_ON_DEMAND = "PAY_PER_REQUEST"


def update_table(client: Any, name: str, previous: Properties, desired: Properties) -> None:
    """Brings table `name` from the properties `previous` to `desired`, through a DynamoDB client.

    Raises:
        ValueError: a property changed that only a new table can have.
    """
    for fixed in _FIXED:
        if previous.get(fixed) != desired.get(fixed):
            raise ValueError(f"{fixed} of a table cannot be changed: give the table a new name")
    for change in [*_index_changes(previous, desired), *_setting_changes(previous, desired)]:
        client.update_table(TableName=name, **change)
    _update_expiry(client, name, previous, desired)
    _update_tags(client, name, previous, desired)
    if _changed("PointInTimeRecoverySpecification", previous, desired):
        recovery = desired.get("PointInTimeRecoverySpecification") or {"PointInTimeRecoveryEnabled": False}
        client.update_continuous_backups(TableName=name, PointInTimeRecoverySpecification=recovery)


def _changed(name: str, previous: Properties, desired: Properties) -> bool:
    return bool(previous.get(name) != desired.get(name))


def _index_changes(previous: Properties, desired: Properties) -> list[dict[str, Any]]:
    """UpdateTable requests, one per index as AWS wants them; a redefined index is made anew."""
    old, new = (
        {index["IndexName"]: index for index in properties.get("GlobalSecondaryIndexes") or []}
        for properties in (previous, desired)
    )
    gone = [{"Delete": {"IndexName": name}} for name in old if old[name] != new.get(name)]
    made = [{"Create": index} for name, index in new.items() if index != old.get(name)]
    return [
        {"AttributeDefinitions": desired["AttributeDefinitions"], "GlobalSecondaryIndexUpdates": [update]}
        for update in gone + made
    ]


def _setting_changes(previous: Properties, desired: Properties) -> list[dict[str, Any]]:
    changes: list[dict[str, Any]] = []
    if _changed("StreamSpecification", previous, desired):
        if previous.get("StreamSpecification"):
            changes.append({"StreamSpecification": {"StreamEnabled": False}})
        if stream := desired.get("StreamSpecification"):
            changes.append({"StreamSpecification": {"StreamEnabled": True, **stream}})
    if _changed("BillingMode", previous, desired) or _changed("ProvisionedThroughput", previous, desired):
        mode = desired.get("BillingMode") or "PROVISIONED"
        units = desired.get("ProvisionedThroughput")
        throughput = {} if mode == _ON_DEMAND or not units else {"ProvisionedThroughput": units}
        changes.append({"BillingMode": mode, **throughput})
    if _changed("DeletionProtectionEnabled", previous, desired):
        changes.append({"DeletionProtectionEnabled": bool(desired.get("DeletionProtectionEnabled"))})
    return changes


def _update_expiry(client: Any, name: str, previous: Properties, desired: Properties) -> None:
    if not _changed("TimeToLiveSpecification", previous, desired):
        return
    old, new = (properties.get("TimeToLiveSpecification") for properties in (previous, desired))
    if old and old.get("Enabled"):
        client.update_time_to_live(TableName=name, TimeToLiveSpecification={**old, "Enabled": False})
    if new and new.get("Enabled"):
        client.update_time_to_live(TableName=name, TimeToLiveSpecification=new)


def _update_tags(client: Any, name: str, previous: Properties, desired: Properties) -> None:
    if not _changed("Tags", previous, desired):
        return
    arn = client.describe_table(TableName=name)["Table"]["TableArn"]
    tags = desired.get("Tags") or []
    kept = {tag["Key"] for tag in tags}
    if gone := [tag["Key"] for tag in previous.get("Tags") or [] if tag["Key"] not in kept]:
        client.untag_resource(ResourceArn=arn, TagKeys=gone)
    if tags:
        client.tag_resource(ResourceArn=arn, Tags=tags)


@hooks.on_infra_start()
def update_tables() -> None:
    """Gives LocalStack's CloudFormation the operation it lacks."""
    from localstack.services.dynamodb.resource_providers.aws_dynamodb_table import DynamoDBTableProvider

    def update(provider: DynamoDBTableProvider, request: ResourceRequest) -> ProgressEvent:
        previous, desired = request.previous_state, request.desired_state
        name = previous["TableName"]
        client = request.aws_client_factory.dynamodb
        update_table(client, name, previous, desired)
        table = client.describe_table(TableName=name)["Table"]
        model = {**desired, "TableName": name, "Arn": table["TableArn"]}
        if stream := table.get("LatestStreamArn"):
            model["StreamArn"] = stream
        return ProgressEvent(status=OperationStatus.SUCCESS, resource_model=model)

    DynamoDBTableProvider.update = update
