"""Fargate tasks for jobs that are too long for Lambda: none without subnets, and with them what the functions may."""

import re
from pathlib import Path
from typing import Any

import pytest

from nightshift.job_types import IN_LAMBDA_AT_MOST, IN_TASK_AT_MOST, JOB_TYPES
from tests.unit.template.expanded import TEMPLATE, Resources, expand, properties
from tests.unit.template.permissions import NO_NARROWER, excess, statements
from tests.unit.template.test_watching import watched

DEFINITION = Path(TEMPLATE.parent, "statemachines/in-task.asl.yaml").read_text()
ONLY_WITH_TASKS = "ecr:GetAuthorizationToken"


@pytest.fixture(scope="module")
def tasks(region: None) -> Resources:
    return expand({"Stage": "production", "TaskSubnets": "subnet-1,subnet-2", "TaskSecurityGroups": "sg-1"})


def definitions(resources: Resources) -> dict[str, dict[str, Any]]:
    """Task definitions by the images that they run."""
    found = properties(resources, "AWS::ECS::TaskDefinition").values()
    return {it["Family"]["Fn::Sub"].removeprefix("${AWS::StackName}-"): it for it in found}


def environment(container: dict[str, Any]) -> dict[str, Any]:
    return {variable["Name"]: variable["Value"] for variable in container["Environment"]}


def test_without_subnets_there_are_none(production: Resources, local: Resources) -> None:
    for resources in (production, local):
        assert not [name for name, it in resources.items() if it["Type"].startswith("AWS::ECS::") or "Task" in name]
        for function in properties(resources, "AWS::Lambda::Function").values():
            assert function["Environment"]["Variables"]["LONGEST_SECONDS"] == str(IN_LAMBDA_AT_MOST)


def test_with_them_jobs_may_be_longer_and_each_image_has_a_task(tasks: Resources) -> None:
    for function in properties(tasks, "AWS::Lambda::Function").values():
        assert function["Environment"]["Variables"]["LONGEST_SECONDS"] == str(IN_TASK_AT_MOST)
    assert definitions(tasks).keys() == {job_type.image for job_type in JOB_TYPES.values()}


def test_a_task_is_what_the_function_is(tasks: Resources) -> None:
    functions = properties(tasks, "AWS::Lambda::Function")
    roles = properties(tasks, "AWS::IAM::Role")
    for image, definition in definitions(tasks).items():
        name = f"{image.title()}Function"
        (container,) = definition["ContainerDefinitions"]
        assert container["Image"] == functions[name]["Code"]["ImageUri"]
        told = functions[name]["Environment"]["Variables"]
        of_tasks_alone = {"AWS_DEFAULT_REGION"}
        of_functions_alone = {"LONGEST_SECONDS", "POWERTOOLS_METRICS_NAMESPACE"}
        assert environment(container).keys() - of_tasks_alone == told.keys() - of_functions_alone
        for variable in told.keys() - of_functions_alone:
            assert environment(container)[variable] == told[variable], variable
        may = [policy["PolicyDocument"] for policy in roles[f"{image.title()}TaskRole"]["Policies"]]
        assert may[0] == roles[f"{name}Role"]["Policies"][0]["PolicyDocument"]
        assert [statement["Action"] for statement in may[1]["Statement"]] == ["dynamodb:Query"]


def test_no_policy_allows_more_than_it_names(tasks: Resources) -> None:
    found = [found for _, statement in statements(tasks) for found in excess(statement)]
    assert found == [f"{ONLY_WITH_TASKS} on every resource"]
    assert ONLY_WITH_TASKS not in NO_NARROWER


def test_the_machine_is_told_all_that_it_asks_for(tasks: Resources) -> None:
    machine = properties(tasks, "AWS::StepFunctions::StateMachine")["InTaskStateMachine"]
    assert machine["DefinitionSubstitutions"].keys() == set(re.findall(r"\$\{(\w+)\}", DEFINITION))
    assert machine["StateMachineName"] == {"Fn::Sub": "${AWS::StackName}-in-task"}


def test_its_executions_are_started_heard_of_and_watched(tasks: Resources) -> None:
    machines = properties(tasks, "AWS::StepFunctions::StateMachine").keys()
    assert {d["StateMachineArn"]["Ref"] for d in watched(tasks, "ExecutionsFailed")} == machines
    (heard,) = [
        rule["EventPattern"]["detail"]["stateMachineArn"]
        for rule in properties(tasks, "AWS::Events::Rule").values()
        if rule.get("EventPattern", {}).get("source") == ["aws.states"]
    ]
    started = [s["Resource"] for _, s in statements(tasks) if s["Action"] == "states:StartExecution"]
    for listed in (heard, *started):
        assert {machine["Ref"] for machine in listed} == machines


def test_tasks_log_to_a_group_that_forgets(tasks: Resources) -> None:
    assert properties(tasks, "AWS::Logs::LogGroup")["TaskLogGroup"]["RetentionInDays"] == {"Ref": "LogRetentionDays"}
