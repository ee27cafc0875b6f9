"""What a policy statement allows that it need not."""

import json
from collections.abc import Iterator
from typing import Any

from tests.unit.template.expanded import Resources, properties

type Statement = dict[str, Any]

NO_NARROWER = {
    "dynamodb:ListStreams": "knows no resource",
    "xray:GetSamplingRules": "knows no resource",
    "xray:GetSamplingTargets": "knows no resource",
    "xray:PutTelemetryRecords": "knows no resource",
    "xray:PutTraceSegments": "knows no resource",
}
"""The only actions that may be allowed on every resource, and why."""

MANAGED = {
    "service-role/AWSLambdaBasicExecutionRole": "SAM gives it to every function: writes logs, and nothing else",
    "AWSXrayWriteOnlyAccess": "SAM gives it to every function that may be traced: writes traces, and nothing else",
}
"""The only policies of AWS's own that a role may have, and why."""


def statements(resources: Resources) -> Iterator[tuple[str, Statement]]:
    """The statements of all policies but keys', in which every resource is the key itself, by their resource."""
    for name, role in properties(resources, "AWS::IAM::Role").items():
        for policy in role.get("Policies", []):
            yield from ((name, statement) for statement in policy["PolicyDocument"]["Statement"])
    for kind in ("AWS::S3::BucketPolicy", "AWS::SQS::QueuePolicy", "AWS::SNS::TopicPolicy"):
        for name, policy in properties(resources, kind).items():
            yield from ((name, statement) for statement in policy["PolicyDocument"]["Statement"])


def excess(statement: Statement) -> list[str]:
    """What the statement allows beyond a named action on a named resource."""
    if statement["Effect"] != "Allow":
        return []
    actions, resources = _listed(statement.get("Action")), _listed(statement.get("Resource"))
    found = [f"{name} says what is not meant" for name in ("NotAction", "NotResource") if name in statement]
    found += [f"action {action}" for action in actions if action.partition(":")[2] in ("", "*")]
    if "*" in resources:
        found += [f"{action} on every resource" for action in actions if action not in NO_NARROWER]
    principal = statement.get("Principal", {})
    if principal == "*" or "*" in _listed(principal.get("AWS")):
        found.append("everybody")
    return found


def _listed(value: Any) -> list[str]:
    """One or several, each as text: what CloudFormation is to fill in as it is written."""
    values = value if isinstance(value, list) else [] if value is None else [value]
    return [part if isinstance(part, str) else json.dumps(part) for part in values]
