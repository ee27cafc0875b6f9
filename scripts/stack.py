"""The deployed stack: what its outputs say."""

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import boto3
from botocore.config import Config
from botocore.exceptions import ClientError

from scripts.workspace import REGION, Instance

if TYPE_CHECKING:
    from mypy_boto3_cloudformation.type_defs import StackTypeDef

STACK_NAME = "nightshift"
GOOD = {"CREATE_COMPLETE", "UPDATE_COMPLETE"}


@dataclass(frozen=True, slots=True)
class Stack:
    """A deployed stack and the emulator it is on."""

    instance: Instance
    outputs: dict[str, str]

    @property
    def name(self) -> str:
        return STACK_NAME

    @property
    def api_url(self) -> str:
        # Built of the API's id: a URL in the outputs would name a host that may not resolve here.
        return f"{self.instance.endpoint}/_aws/execute-api/{self.outputs['ApiId']}/v1"

    @property
    def table_name(self) -> str:
        return self.outputs["TableName"]

    @property
    def bucket_name(self) -> str:
        return self.outputs["BucketName"]


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


def describe(instance: Instance) -> "StackTypeDef | None":
    cloudformation = session().client("cloudformation", **client_options(instance))
    try:
        return cloudformation.describe_stacks(StackName=STACK_NAME)["Stacks"][0]
    except ClientError as error:
        if error.response["Error"]["Code"] != "ValidationError":
            raise
        return None
