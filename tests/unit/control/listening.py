"""The listener and its trigger, as far as the API asks after them."""

import io
import json
import zipfile
from functools import cache
from typing import Any

import boto3
from moto.dynamodb.models import dynamodb_backends

from nightshift import clients


@cache
def _iam() -> Any:
    # Made once, as the domain's clients are: that is what takes time.
    return boto3.client("iam")


def listen_to_the_table() -> str:
    """Makes the listener and its event source mapping, whose id it returns."""
    trust = {"Version": "2012-10-17", "Statement": []}
    role = _iam().create_role(RoleName="listener", AssumeRolePolicyDocument=json.dumps(trust))
    package = io.BytesIO()
    with zipfile.ZipFile(package, "w") as archive:
        archive.writestr("app.py", "")
    clients.functions().create_function(
        FunctionName="listener",
        Runtime="python3.13",
        Handler="app.handler",
        Role=role["Role"]["Arn"],
        Code={"ZipFile": package.getvalue()},
    )
    stream: Any = {"StreamEnabled": True, "StreamViewType": "NEW_AND_OLD_IMAGES"}
    table = clients.dynamodb().update_table(TableName="nightshift", StreamSpecification=stream)["TableDescription"]
    mapping = clients.functions().create_event_source_mapping(
        FunctionName="listener", EventSourceArn=table["LatestStreamArn"], StartingPosition="TRIM_HORIZON"
    )
    # Else moto would look for Docker at each write, to run the listener there.
    dynamodb_backends["123456789012"]["us-east-1"].tables["nightshift"].lambda_event_source_mappings.clear()
    return str(mapping["UUID"])
