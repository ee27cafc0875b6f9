"""The template as CloudFormation gets it: expanded by SAM's own translator, with conditions and defaults applied."""

from collections.abc import Mapping
from copy import deepcopy
from pathlib import Path
from typing import Any

from samtranslator.translator.transform import transform
from samtranslator.yaml_helper import yaml_parse

TEMPLATE = Path(__file__).parents[3] / "template.yaml"
# What a build would put in place of folders and files.
_UPLOADED = "s3://built/artifact"
_LOCAL = ("CodeUri", "ContentUri", "DefinitionUri")

type Resource = dict[str, Any]
type Resources = dict[str, Resource]


class NoManagedPolicies:
    """The names of AWS's own policies, of which the template uses none."""

    def load(self) -> dict[str, str]:
        return {}


def expand(parameters: Mapping[str, str]) -> Resources:
    """The resources that a deployment with these parameters creates."""
    template = yaml_parse(TEMPLATE.read_text())
    for resource in template["Resources"].values():
        for name in _LOCAL:
            if name in resource["Properties"]:
                resource["Properties"][name] = _UPLOADED
    defaults = {name: spec["Default"] for name, spec in template["Parameters"].items() if "Default" in spec}
    chosen = defaults | dict(parameters)
    conditions = {name: _holds(expression, chosen) for name, expression in template["Conditions"].items()}
    expanded = transform(deepcopy(template), {"AWS::Region": "us-east-1", "AWS::Partition": "aws"}, NoManagedPolicies())
    return {
        name: _decided(resource, conditions)
        for name, resource in expanded["Resources"].items()
        if conditions.get(resource.get("Condition"), True)
    }


def of_type(resources: Resources, kind: str) -> Resources:
    return {name: resource for name, resource in resources.items() if resource["Type"] == kind}


def properties(resources: Resources, kind: str) -> dict[str, dict[str, Any]]:
    return {name: resource["Properties"] for name, resource in of_type(resources, kind).items()}


def _holds(expression: Any, parameters: Mapping[str, Any]) -> bool:
    match expression:
        case {"Fn::Not": [inner]}:
            return not _holds(inner, parameters)
        case {"Fn::Equals": [{"Ref": name}, value]}:
            return bool(parameters[name] == value)
    raise NotImplementedError(expression)


def _decided(value: Any, conditions: Mapping[str, bool]) -> Any:
    """The value with each Fn::If decided, and without what is decided to be nothing."""
    if isinstance(value, list):
        return [decided for item in value if (decided := _decided(item, conditions)) is not None]
    if not isinstance(value, dict):
        return value
    if value == {"Ref": "AWS::NoValue"}:
        return None
    if "Fn::If" in value:
        condition, then, otherwise = value["Fn::If"]
        return _decided(then if conditions[condition] else otherwise, conditions)
    decided = {name: _decided(part, conditions) for name, part in value.items()}
    return {name: part for name, part in decided.items() if part is not None}
