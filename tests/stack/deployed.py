"""What tests may ask of a deployed stack."""

from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

import httpx

from scripts.stack import Stack, client_options, session

if TYPE_CHECKING:
    from mypy_boto3_cloudformation import CloudFormationClient
    from mypy_boto3_dynamodb import DynamoDBClient
    from mypy_boto3_events import EventBridgeClient
    from mypy_boto3_lambda import LambdaClient
    from mypy_boto3_logs import CloudWatchLogsClient
    from mypy_boto3_s3 import S3Client
    from mypy_boto3_scheduler import EventBridgeSchedulerClient
    from mypy_boto3_sqs import SQSClient
    from mypy_boto3_stepfunctions import SFNClient

# Longer than a long poll may take.
API_TIMEOUT_SECONDS = 35


@dataclass(frozen=True)
class Deployed:
    """The stack with clients of the services it uses, each made when first asked for."""

    stack: Stack

    @property
    def api_url(self) -> str:
        return self.stack.api_url

    @property
    def port(self) -> int:
        return self.stack.instance.port

    @property
    def emulator_directory(self) -> Path:
        """The directory that the emulator keeps its state and its log in."""
        return self.stack.instance.directory

    @property
    def table_name(self) -> str:
        return self.stack.table_name

    @property
    def bucket_name(self) -> str:
        return self.stack.bucket_name

    @property
    def outputs(self) -> dict[str, str]:
        return self.stack.outputs

    @property
    def state_machine_arns(self) -> dict[str, str]:
        """Job type → ARN, of the outputs named <Type>StateMachineArn."""
        suffix = "StateMachineArn"
        return {
            name.removesuffix(suffix).lower(): value for name, value in self.outputs.items() if name.endswith(suffix)
        }

    def function_name(self, logical_id: str) -> str:
        """The deployed name of a function of the template."""
        return self.stack.function_name(logical_id)

    @cached_property
    def api(self) -> httpx.Client:
        """Paths are relative to the API's base URL."""
        return httpx.Client(base_url=self.api_url, headers=self.stack.api_headers, timeout=API_TIMEOUT_SECONDS)

    @cached_property
    def cloudformation(self) -> "CloudFormationClient":
        return session().client("cloudformation", **client_options(self.stack.instance))

    @cached_property
    def dynamodb(self) -> "DynamoDBClient":
        return session().client("dynamodb", **client_options(self.stack.instance))

    @cached_property
    def events(self) -> "EventBridgeClient":
        return session().client("events", **client_options(self.stack.instance))

    @cached_property
    def functions(self) -> "LambdaClient":
        return session().client("lambda", **client_options(self.stack.instance))

    @cached_property
    def logs(self) -> "CloudWatchLogsClient":
        return session().client("logs", **client_options(self.stack.instance))

    @cached_property
    def s3(self) -> "S3Client":
        return session().client("s3", **client_options(self.stack.instance))

    @cached_property
    def scheduler(self) -> "EventBridgeSchedulerClient":
        return session().client("scheduler", **client_options(self.stack.instance))

    @cached_property
    def sqs(self) -> "SQSClient":
        return session().client("sqs", **client_options(self.stack.instance))

    @cached_property
    def stepfunctions(self) -> "SFNClient":
        return session().client("stepfunctions", **client_options(self.stack.instance))
