"""POST /items puts an item, GET /items/{id} gets it: one DynamoDB call each, and nothing else."""

import json
import os
import uuid
from typing import Any

import boto3

TABLE = os.environ["TABLE_NAME"]
dynamodb = boto3.client("dynamodb")


def handler(event: dict[str, Any], context: object) -> dict[str, Any]:
    if event["httpMethod"] == "POST":
        item_id = str(uuid.uuid4())
        dynamodb.put_item(TableName=TABLE, Item={"pk": {"S": item_id}, "body": {"S": event["body"]}})
        return {"statusCode": 201, "body": json.dumps({"id": item_id})}
    key = {"pk": {"S": event["path"].rpartition("/")[2]}}
    item = dynamodb.get_item(TableName=TABLE, Key=key, ConsistentRead=True)["Item"]
    return {"statusCode": 200, "body": json.dumps({"id": item["pk"]["S"], "body": item["body"]["S"]})}
