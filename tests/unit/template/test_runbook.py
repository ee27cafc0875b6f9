"""The runbook speaks of what there is."""

import re
from pathlib import Path

from samtranslator.yaml_helper import yaml_parse

from tests.unit.template.expanded import TEMPLATE, Resources, properties

RUNBOOK = Path(TEMPLATE.parent, "docs", "runbook.md").read_text()


def test_each_alarm_has_its_section(production: Resources) -> None:
    assert (
        set(re.findall(r"^## (\w+Alarm)$", RUNBOOK, re.MULTILINE))
        == properties(production, "AWS::CloudWatch::Alarm").keys()
    )


def test_the_outputs_that_it_asks_for_are_there() -> None:
    asked = set(re.findall(r"\$\((?:out|arn) (\w+)\)", RUNBOOK))
    assert asked
    assert asked <= yaml_parse(TEMPLATE.read_text())["Outputs"].keys()


def test_the_log_groups_and_functions_that_it_names_are_there(production: Resources) -> None:
    functions = properties(production, "AWS::Lambda::Function").values()
    names = {function["FunctionName"]["Fn::Sub"].replace("${AWS::StackName}", "nightshift") for function in functions}
    named = set(re.findall(r"(?:--function-name |/aws/lambda/)(\S+)", RUNBOOK))
    assert named
    assert named <= names
