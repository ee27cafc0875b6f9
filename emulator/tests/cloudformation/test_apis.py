"""A REST API whose routes change from one deployment to the next, as `sam deploy` makes them."""

import json
from collections.abc import Iterator
from typing import Any
from unittest.mock import Mock

import pytest

from dockerless.cloudformation.apis import definition, stage_changes

from .stack import Stack

TEMPLATE = {
    "Transform": "AWS::Serverless-2016-10-31",
    "Outputs": {"Api": {"Value": {"Ref": "Api"}}},
}
CODE = "def handler(event, context):\n return {'statusCode': 200, 'body': str(event['stageVariables'])}"


def template(*routes: str, variable: str) -> str:
    events = {
        f"Route{number}": {
            "Type": "Api",
            "Properties": {"Path": route, "Method": "get", "RestApiId": {"Ref": "Api"}},
        }
        for number, route in enumerate(routes)
    }
    api = {"StageName": "v1", "Variables": {"colour": variable}}
    function = {
        "Runtime": "python3.13",
        "Handler": "index.handler",
        "InlineCode": CODE,
        "Events": events,
    }
    resources = {
        "Api": {"Type": "AWS::Serverless::Api", "Properties": api},
        "Function": {"Type": "AWS::Serverless::Function", "Properties": function},
    }
    return json.dumps({**TEMPLATE, "Resources": resources})


@pytest.fixture
def stack(instance: Any) -> Iterator[Stack]:
    made = Stack(instance)
    yield made
    made.delete()


def test_routes_come_and_go(stack: Stack) -> None:
    stack.deploy("CREATE", template("/a", variable="red"))
    assert stack.get("/a").text == "{'colour': 'red'}"
    assert stack.get("/b").status_code == 403

    stack.deploy("UPDATE", template("/a", "/b", variable="blue"))
    assert stack.get("/a").text == stack.get("/b").text == "{'colour': 'blue'}"

    stack.deploy("UPDATE", template("/b", variable="blue"))
    assert stack.get("/a").status_code == 403
    assert stack.get("/b").status_code == 200


def test_stage_changes() -> None:
    previous = {"DeploymentId": "one", "Description": "same", "Variables": {"kept": "1", "gone": "2"}}
    desired = {
        "DeploymentId": "two",
        "Description": "same",
        "TracingEnabled": True,
        "Variables": {"kept": "1", "new": "3"},
    }

    assert stage_changes(previous, previous) == []
    assert stage_changes(previous, desired) == [
        {"op": "replace", "path": "/deploymentId", "value": "two"},
        {"op": "replace", "path": "/tracingEnabled", "value": "true"},
        {"op": "replace", "path": "/variables/new", "value": "3"},
        {"op": "remove", "path": "/variables/gone"},
    ]


def test_definition_in_the_template_in_s3_or_none() -> None:
    s3 = Mock()
    s3.get_object.return_value = {"Body": Mock(read=Mock(return_value=b"from s3"))}

    assert definition({"Body": {"openapi": "3.0.1"}}, s3) == b'{"openapi": "3.0.1"}'
    assert definition({"Body": "{}"}, s3) == b"{}"
    assert definition({"BodyS3Location": {"Bucket": "b", "Key": "k"}}, s3) == b"from s3"
    assert definition({"Name": "of resources"}, s3) is None
    s3.get_object.assert_called_once_with(Bucket="b", Key="k")
