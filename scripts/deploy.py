"""`sam deploy` against the emulator."""

import base64
import secrets
from collections.abc import Iterator
from datetime import UTC, datetime

from botocore.exceptions import ClientError

from scripts.build import image_uris
from scripts.fingerprint import fingerprint
from scripts.stack import GOOD, STACK_NAME, Stack, client_options, describe, find_stack, resources, session
from scripts.tools import Failed, run, step
from scripts.workspace import SAM, Instance, saved, tool_environment

DEPLOY_SECONDS = 180.0
KEY_BYTES = 32  # AES-256
BUCKET = "nightshift-deployments"  # as in samconfig.toml
# A webhook that nobody takes has been tried for the last time after seconds, not after 18 hours.
PARAMETERS = {"Stage": "local", "CorsOrigins": "loopback", "WebhookRetryScale": "0.0001"}

# What LocalStack says of a resource type it does not know while it reports the deployment as complete.
FALLBACK = "deployed as a fallback"


def deploy(instance: Instance, built: str, *, require_keys: bool) -> Stack:
    """Deploys what was built, unless exactly that is deployed already.

    Args:
        built: The fingerprint of the build.
        require_keys: Whether clients need an API key.

    Raises:
        Failed: The deployment failed, or only pretended to know a resource.
    """
    parameters = PARAMETERS | {_parameter(repository): uri for repository, uri in image_uris().items()}
    parameters["RequireApiKeys"] = str(require_keys).lower()
    parameters["LocalKeyMaterial"] = key_material(instance)
    current = fingerprint([], built, *parameters.values())
    stamp = instance.directory / "deployed.stamp"
    stack = find_stack(instance)
    if stack and stamp.exists() and stamp.read_text() == current:
        return stack

    stamp.unlink(missing_ok=True)
    with step("deployed", STACK_NAME):
        session().client("s3", **client_options(instance)).create_bucket(Bucket=BUCKET)
        _sam_deploy(instance, parameters)
        if pretended := _pretended(instance):
            raise Failed("the emulator does not support what it reports as made:\n" + "\n".join(pretended))
        stack = find_stack(instance)
        if stack is None:
            raise Failed("the stack is not complete after the deployment; see .local/logs/sam-deploy*.log")
    stamp.write_text(current)
    return stack


def key_material(instance: Instance) -> str:
    """What the stack's KMS key is made of: kept beside the saved jobs, whose secrets it opens.

    The emulator forgets its keys when it stops.
    """
    file = saved(instance) / "kms-key"
    if not file.exists():
        file.parent.mkdir(parents=True, exist_ok=True)
        file.touch(mode=0o600)
        file.write_text(base64.b64encode(secrets.token_bytes(KEY_BYTES)).decode())
    return file.read_text()


def _sam_deploy(instance: Instance, parameters: dict[str, str]) -> None:
    began = datetime.now(UTC)
    overrides = [f"{name}={value}" for name, value in parameters.items()]
    try:
        run(
            f"sam-deploy-{instance.directory.name}",
            [SAM, "deploy", "--config-env", "local", "--parameter-overrides", *overrides],
            timeout=DEPLOY_SECONDS,
            env=tool_environment(instance),
            futile=lambda: _deadlock(instance),
        )
    except Failed as failure:
        reasons = list(_reasons(instance, began))
        raise Failed("\n".join([str(failure), "CloudFormation says:", *reasons]) if reasons else str(failure)) from None


def _deadlock(instance: Instance) -> str | None:
    """The state that the deployment failed in. SAM waits on: LocalStack ends a failed update in a create's state."""
    described = describe(instance)
    status = described["StackStatus"] if described else "REVIEW_IN_PROGRESS"
    return None if status in GOOD or status.endswith("_IN_PROGRESS") else f"the stack is {status}"


def _pretended(instance: Instance) -> list[str]:
    """Resources that the stack has now and that LocalStack does not know."""
    reasons = {
        resource["LogicalResourceId"]: resource.get("ResourceStatusReason", "") for resource in resources(instance)
    }
    return [f"    {name}: {reason}" for name, reason in reasons.items() if FALLBACK in reason]


def _reasons(instance: Instance, began: datetime) -> Iterator[str]:
    """What CloudFormation said of resources that failed since ``began``; older events are other deployments'."""
    cloudformation = session().client("cloudformation", **client_options(instance))
    try:
        for page in cloudformation.get_paginator("describe_stack_events").paginate(StackName=STACK_NAME):
            for event in page["StackEvents"]:
                reason = event.get("ResourceStatusReason", "")
                if reason and event["Timestamp"] >= began and "_FAILED" in event.get("ResourceStatus", ""):
                    yield f"    {event['LogicalResourceId']}: {reason}"
    except ClientError as error:
        if error.response["Error"]["Code"] != "ValidationError":  # there is no such stack, so it said nothing
            raise


def _parameter(repository: str) -> str:
    """nightshift/storyteller → StorytellerImageUri, the template's parameter for that image."""
    return f"{repository.rpartition('/')[2].title()}ImageUri"
