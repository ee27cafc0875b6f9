"""The state machine of jobs that are too long for Lambda, with its task mocked: there is no ECS on the emulator."""

import json
from typing import Any

import pytest
import yaml
from botocore.config import Config
from botocore.session import get_session
from botocore.validate import ParamValidator

from scripts.stack import session
from scripts.workspace import ROOT
from tests.stack.deployed import Deployed

INPUT = {"run": {"job_id": "job-1", "run_number": 3, "image": "adstudio", "timeout_seconds": 3600}}
DEPLOYED = {
    "StackName": "nightshift",
    "ClusterArn": "arn:aws:ecs:us-east-1:123456789012:cluster/nightshift",
    "Subnets": "subnet-1,subnet-2",
    "SecurityGroups": "sg-1",
    "AssignPublicIp": "DISABLED",
}
TASK = "arn:aws:ecs:us-east-1:123456789012:task/nightshift/1"


def try_state(stack: Deployed, mock: dict[str, Any]) -> dict[str, Any]:
    """What Step Functions makes of the state if ECS answers so."""
    definition = (ROOT / "statemachines/in-task.asl.yaml").read_text()
    for name, value in DEPLOYED.items():
        definition = definition.replace(f"${{{name}}}", value)
    # On AWS this one operation has a host of its own.
    config = Config(inject_host_prefix=False)
    client = session().client("stepfunctions", endpoint_url=stack.stack.instance.endpoint, config=config)
    answer: Any = client.test_state(
        definition=json.dumps(yaml.safe_load(definition)),
        stateName="RunInTask",
        input=json.dumps(INPUT),
        inspectionLevel="TRACE",
        mock=mock,  # type: ignore[arg-type]
    )
    return dict(answer)


def camel_case(value: Any) -> Any:
    """As ECS names what Step Functions begins with a capital."""
    if isinstance(value, list):
        return [camel_case(item) for item in value]
    if isinstance(value, dict):
        return {name[0].lower() + name[1:]: camel_case(item) for name, item in value.items()}
    return value


def test_the_task_is_of_the_jobs_image_and_knows_its_run(stack: Deployed) -> None:
    tried = try_state(stack, {"result": json.dumps({"TaskArn": TASK, "Containers": [{"ExitCode": 0}]})})
    assert (tried["status"], json.loads(tried["output"])) == ("SUCCEEDED", {"task": TASK})
    asked = camel_case(json.loads(tried["inspectionData"]["afterParameters"]))
    shape = get_session().get_service_model("ecs").operation_model("RunTask").input_shape
    assert not ParamValidator().validate(asked, shape).has_errors()
    assert asked["taskDefinition"] == "nightshift-adstudio"
    assert asked["networkConfiguration"]["awsvpcConfiguration"]["subnets"] == ["subnet-1", "subnet-2"]
    (container,) = asked["overrides"]["containerOverrides"]
    assert {it["name"]: it["value"] for it in container["environment"]} == {"JOB_ID": "job-1", "RUN_NUMBER": "3"}


@pytest.mark.parametrize("error", ["States.TaskFailed", "AmazonECS.Unknown"])
def test_a_task_that_fails_or_never_begins_fails_the_execution(stack: Deployed, error: str) -> None:
    tried = try_state(stack, {"errorOutput": {"error": error, "cause": "no capacity"}})
    assert (tried["status"], tried["error"], tried["cause"]) == ("FAILED", error, "no capacity")
