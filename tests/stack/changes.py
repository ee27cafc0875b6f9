"""Deploys another template over a stack, as `sam deploy` does: by a change set of a template in S3."""

import uuid
from typing import Any

from scripts.deploy import BUCKET
from scripts.stack import STACK_NAME, client_options, describe, session
from scripts.workspace import Instance

SECONDS_FOR_A_CHANGE_SET = 60


def deployed_template(instance: Instance) -> str:
    """The template that the stack was made of, after packaging and before its transform."""
    cloudformation = session().client("cloudformation", **client_options(instance))
    return str(cloudformation.get_template(StackName=STACK_NAME, TemplateStage="Original")["TemplateBody"])


def update(instance: Instance, template: str, **parameters: str) -> None:
    """Begins to update the stack; what becomes of that is for the caller to wait for.

    Args:
        parameters: Those that get another value than they have.
    """
    cloudformation = session().client("cloudformation", **client_options(instance))
    name = f"change-{uuid.uuid4().hex}"
    # By way of S3, as the template is larger than what may be sent in the call.
    session().client("s3", **client_options(instance)).put_object(Bucket=BUCKET, Key=name, Body=template.encode())
    change = cloudformation.create_change_set(
        StackName=STACK_NAME,
        ChangeSetName=name,
        TemplateURL=f"{instance.endpoint}/{BUCKET}/{name}",
        Parameters=[_changed(parameter, parameters) for parameter in _parameters(instance)],
        Capabilities=["CAPABILITY_IAM", "CAPABILITY_AUTO_EXPAND"],
    )
    cloudformation.get_waiter("change_set_create_complete").wait(
        ChangeSetName=change["Id"], WaiterConfig={"Delay": 1, "MaxAttempts": SECONDS_FOR_A_CHANGE_SET}
    )
    cloudformation.execute_change_set(ChangeSetName=change["Id"])


def _parameters(instance: Instance) -> list[dict[str, Any]]:
    stack = describe(instance)
    assert stack is not None
    return [dict(parameter) for parameter in stack["Parameters"]]


def _changed(parameter: dict[str, Any], values: dict[str, str]) -> Any:
    name = parameter["ParameterKey"]
    return parameter | {"ParameterValue": values.get(name, parameter["ParameterValue"])}
