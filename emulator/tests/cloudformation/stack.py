"""A stack that a test deploys as `sam deploy` does, and the REST API it has."""

from contextlib import suppress
from typing import Any
from uuid import uuid4

import requests
from botocore.exceptions import WaiterError


class Stack:
    """A stack whose output `Api` is the id of its REST API, with the stage `v1`."""

    def __init__(self, instance: Any) -> None:
        self.endpoint = instance.endpoint
        self.client = instance.client("cloudformation")
        self.name = f"stack-{uuid4().hex[:8]}"

    def deploy(self, kind: str, body: str) -> None:
        """Create or update the stack; `kind` is CREATE or UPDATE."""
        change = {"StackName": self.name, "ChangeSetName": f"{kind}-{uuid4().hex[:8]}"}
        self.client.create_change_set(
            **change,
            ChangeSetType=kind,
            TemplateBody=body,
            Capabilities=["CAPABILITY_IAM", "CAPABILITY_AUTO_EXPAND"],
        )
        soon = {"WaiterConfig": {"Delay": 0.2, "MaxAttempts": 150}}
        self.client.get_waiter("change_set_create_complete").wait(**change, **soon)
        self.client.execute_change_set(**change)
        self.client.get_waiter(f"stack_{kind.lower()}_complete").wait(StackName=self.name, **soon)

    def delete(self) -> None:
        self.client.delete_stack(StackName=self.name)
        with suppress(WaiterError):
            self.client.get_waiter("stack_delete_complete").wait(
                StackName=self.name, WaiterConfig={"Delay": 0.2, "MaxAttempts": 50}
            )

    def outputs(self) -> dict[str, str]:
        found = self.client.describe_stacks(StackName=self.name)["Stacks"][0]["Outputs"]
        return {output["OutputKey"]: output["OutputValue"] for output in found}

    def get(self, path: str) -> requests.Response:
        api = self.outputs()["Api"]
        return requests.get(f"{self.endpoint}/_aws/execute-api/{api}/v1{path}", timeout=30)
