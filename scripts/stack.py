"""The deployed stack: what its outputs say."""

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import boto3
from botocore.config import Config
from botocore.exceptions import ClientError

from scripts.workspace import REGION, Instance

if TYPE_CHECKING:
    from mypy_boto3_cloudformation.type_defs import StackResourceSummaryTypeDef, StackTypeDef

STACK_NAME = "nightshift"
GOOD = {"CREATE_COMPLETE", "UPDATE_COMPLETE"}


@dataclass(frozen=True, slots=True)
class Store:
    """What holds all the product's data. Table and bucket outlive a failed deployment of their stack."""

    instance: Instance
    table_name: str
    bucket_name: str


@dataclass(frozen=True, slots=True)
class Stack:
    """A deployed stack and the emulator it is on. ``api_key`` opens it, if it needs one."""

    instance: Instance
    outputs: dict[str, str]
    api_key: str | None = field(default=None, repr=False)

    @property
    def name(self) -> str:
        return STACK_NAME

    @property
    def api_url(self) -> str:
        # Built of the API's id: a URL in the outputs would name a host that may not resolve here.
        return f"{self.instance.endpoint}/_aws/execute-api/{self.outputs['ApiId']}/v1"

    @property
    def api_headers(self) -> dict[str, str]:
        """What every request to the API has to carry."""
        return {"x-api-key": self.api_key} if self.api_key else {}

    @property
    def table_name(self) -> str:
        return self.outputs["TableName"]

    @property
    def bucket_name(self) -> str:
        return self.outputs["BucketName"]

    def function_name(self, logical_id: str) -> str:
        """The deployed name of a function of the template."""
        cloudformation = session().client("cloudformation", **client_options(self.instance))
        found = cloudformation.describe_stack_resource(StackName=self.name, LogicalResourceId=logical_id)
        return found["StackResourceDetail"]["PhysicalResourceId"]


def session() -> boto3.Session:
    return boto3.Session(aws_access_key_id="test", aws_secret_access_key="test", region_name=REGION)


def client_options(instance: Instance) -> dict[str, Any]:
    """Arguments of ``session().client`` that point it at the emulator and keep it from waiting for ever."""
    return {
        "endpoint_url": instance.endpoint,
        "config": Config(connect_timeout=5, read_timeout=60, retries={"total_max_attempts": 2}),
    }


def find_stack(instance: Instance) -> Stack | None:
    """The stack if it is deployed and in a good state."""
    described = describe(instance)
    if described is None or described["StackStatus"] not in GOOD:
        return None
    outputs = {output["OutputKey"]: output["OutputValue"] for output in described.get("Outputs", [])}
    return Stack(instance, outputs)


def find_store(instance: Instance) -> Store | None:
    """The stack's table and bucket, in whatever state the stack is, if both are there."""
    names = {resource["LogicalResourceId"]: resource.get("PhysicalResourceId") for resource in resources(instance)}
    table, bucket = names.get("Table"), names.get("Bucket")
    return Store(instance, table, bucket) if table and bucket else None


def resources(instance: Instance) -> "list[StackResourceSummaryTypeDef]":
    """The resources that the stack has; none if there is no stack."""
    cloudformation = session().client("cloudformation", **client_options(instance))
    try:
        pages = cloudformation.get_paginator("list_stack_resources").paginate(StackName=STACK_NAME)
        return [resource for page in pages for resource in page["StackResourceSummaries"]]
    except ClientError as error:
        if error.response["Error"]["Code"] != "ValidationError":
            raise
        return []


def describe(instance: Instance) -> "StackTypeDef | None":
    cloudformation = session().client("cloudformation", **client_options(instance))
    try:
        return cloudformation.describe_stacks(StackName=STACK_NAME)["Stacks"][0]
    except ClientError as error:
        if error.response["Error"]["Code"] != "ValidationError":
            raise
        return None
