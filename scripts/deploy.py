"""`sam deploy` against the emulator."""

from collections.abc import Iterator

from botocore.exceptions import ClientError

from scripts.build import image_uris
from scripts.fingerprint import fingerprint
from scripts.stack import STACK_NAME, Stack, client_options, find_stack, session
from scripts.tools import Failed, run, step
from scripts.workspace import SAM, Instance, tool_environment

DEPLOY_SECONDS = 180.0
BUCKET = "nightshift-deployments"  # as in samconfig.toml
PARAMETERS = {"Stage": "local"}

# What LocalStack says of a resource type it does not know while it reports the deployment as complete.
FALLBACK = "deployed as a fallback"


def deploy(instance: Instance, built: str) -> Stack:
    """Deploys what was built, unless exactly that is deployed already.

    Args:
        built: The fingerprint of the build.

    Raises:
        Failed: The deployment failed, or only pretended to know a resource.
    """
    parameters = PARAMETERS | {_parameter(repository): uri for repository, uri in image_uris().items()}
    current = fingerprint([], built, *parameters.values())
    stamp = instance.directory / "deployed.stamp"
    stack = find_stack(instance)
    if stack and stamp.exists() and stamp.read_text() == current:
        return stack

    stamp.unlink(missing_ok=True)
    with step("deployed", STACK_NAME):
        session().client("s3", **client_options(instance)).create_bucket(Bucket=BUCKET)
        _sam_deploy(instance, parameters)
        if reasons := list(_reasons(instance, FALLBACK)):
            raise Failed("the emulator does not support what it reports as made:\n" + "\n".join(reasons))
        stack = find_stack(instance)
        if stack is None:
            raise Failed("the stack is not complete after the deployment; see .local/logs/sam-deploy*.log")
    stamp.write_text(current)
    return stack


def _sam_deploy(instance: Instance, parameters: dict[str, str]) -> None:
    overrides = [f"{name}={value}" for name, value in parameters.items()]
    try:
        run(
            f"sam-deploy-{instance.directory.name}",
            [SAM, "deploy", "--config-env", "local", "--parameter-overrides", *overrides],
            timeout=DEPLOY_SECONDS,
            env=tool_environment(instance),
        )
    except Failed as failure:
        reasons = list(_reasons(instance, "_FAILED"))
        raise Failed("\n".join([str(failure), "CloudFormation says:", *reasons]) if reasons else str(failure)) from None


def _reasons(instance: Instance, word: str) -> Iterator[str]:
    """What CloudFormation said of resources, where ``word`` is in a status or its reason."""
    cloudformation = session().client("cloudformation", **client_options(instance))
    try:
        for page in cloudformation.get_paginator("describe_stack_events").paginate(StackName=STACK_NAME):
            for event in page["StackEvents"]:
                reason = event.get("ResourceStatusReason", "")
                if reason and word in f"{event.get('ResourceStatus')} {reason}":
                    yield f"    {event['LogicalResourceId']}: {reason}"
    except ClientError as error:
        if error.response["Error"]["Code"] != "ValidationError":  # there is no such stack, so it said nothing
            raise


def _parameter(repository: str) -> str:
    """nightshift/storyteller → StorytellerImageUri, the template's parameter for that image."""
    return f"{repository.rpartition('/')[2].title()}ImageUri"
