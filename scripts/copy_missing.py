"""Brings back what a table has lost: ``python -m scripts.copy_missing --source RESTORED --target TABLE``.

It acts on the account, region and endpoint that the AWS environment names. What the target has stays as it is, however
old the source; so it may be run again.
"""

import argparse
from typing import TYPE_CHECKING

import boto3

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m scripts.copy_missing", description=__doc__)
    parser.add_argument("--source", required=True, help="the table to read, such as one restored from a backup")
    parser.add_argument("--target", required=True, help="the stack's table: its output TableName")
    arguments = parser.parse_args()
    copied, kept = copy_missing(boto3.client("dynamodb"), arguments.source, arguments.target)
    print(f"{copied} items brought back, {kept} were there")


def copy_missing(dynamodb: "DynamoDBClient", source: str, target: str) -> tuple[int, int]:
    """How many of the source's items the target lacked, which it now has, and how many it had."""
    copied = kept = 0
    for page in dynamodb.get_paginator("scan").paginate(TableName=source):
        for item in page["Items"]:
            try:
                dynamodb.put_item(TableName=target, Item=item, ConditionExpression="attribute_not_exists(pk)")
                copied += 1
            except dynamodb.exceptions.ConditionalCheckFailedException:
                kept += 1
    return copied, kept


if __name__ == "__main__":
    main()
