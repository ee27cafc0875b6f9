"""Deploys the floor beside the product, on the same emulator."""

from pathlib import Path

from scripts.deploy import BUCKET
from scripts.stack import client_options, session
from scripts.tools import run
from scripts.workspace import REGION, SAM, Instance, tool_environment

STACK_NAME = "nightshift-floor"
TEMPLATE = Path(__file__).parent / "floor" / "template.yaml"
DEPLOY_SECONDS = 120.0


def deploy_floor(instance: Instance) -> str:
    """Deploys the floor; returns its API's URL.

    Raises:
        Failed: The deployment failed.
    """
    run(
        "sam-deploy-floor",
        [
            *(SAM, "deploy", "--template-file", TEMPLATE, "--stack-name", STACK_NAME),
            *("--s3-bucket", BUCKET, "--region", REGION, "--capabilities", "CAPABILITY_IAM"),
            "--no-confirm-changeset",
        ],
        timeout=DEPLOY_SECONDS,
        env=tool_environment(instance),
    )
    cloudformation = session().client("cloudformation", **client_options(instance))
    stack = cloudformation.describe_stacks(StackName=STACK_NAME)["Stacks"][0]
    outputs = {output["OutputKey"]: output["OutputValue"] for output in stack["Outputs"]}
    return f"{instance.endpoint}/_aws/execute-api/{outputs['ApiId']}/v1"
