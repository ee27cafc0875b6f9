"""The reserved concurrency of a function as its template says, and what a REST API answers beyond it."""

import json
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Any
from unittest.mock import Mock

import pytest
import requests

from dockerless.cloudformation.functions import reserve

from .stack import Stack

CODE = "import time\ndef handler(event, context):\n time.sleep(4)\n return {'statusCode': 200}"
BUSY = '{"title": $context.error.messageString, "at": "$context.path"}'


def template(reserved: int | None, described: bool = False) -> str:
    """A function behind an API, which may describe what it answers when there is no room."""
    function: dict[str, Any] = {
        "Runtime": "python3.13",
        "Handler": "index.handler",
        "InlineCode": CODE,
        "Timeout": 20,
        "Events": {
            "Route": {
                "Type": "Api",
                "Properties": {"Path": "/", "Method": "get", "RestApiId": {"Ref": "Api"}},
            }
        },
    }
    if reserved is not None:
        function["ReservedConcurrentExecutions"] = {"Ref": "Reserved"}
    busy = {
        "StatusCode": 429,
        "ResponseParameters": {"Headers": {"Retry-After": "'5'"}},
        "ResponseTemplates": {"application/problem+json": BUSY},
    }
    api: dict[str, Any] = {"StageName": "v1"}
    if described:
        api["GatewayResponses"] = {"INTEGRATION_FAILURE": busy}
    return json.dumps(
        {
            "Transform": "AWS::Serverless-2016-10-31",
            "Parameters": {"Reserved": {"Type": "Number", "Default": reserved or 0}},
            "Resources": {
                "Api": {"Type": "AWS::Serverless::Api", "Properties": api},
                "Function": {"Type": "AWS::Serverless::Function", "Properties": function},
            },
            "Outputs": {"Api": {"Value": {"Ref": "Api"}}, "Function": {"Value": {"Ref": "Function"}}},
        }
    )


@pytest.fixture
def stack(instance: Any) -> Iterator[Stack]:
    made = Stack(instance)
    yield made
    made.delete()


def reserved(stack: Stack, functions: Any) -> int | None:
    answer = functions.get_function_concurrency(FunctionName=stack.outputs()["Function"])
    found: int | None = answer.get("ReservedConcurrentExecutions")
    return found


def busy_answer(stack: Stack) -> requests.Response:
    """What the API answers to the one of two requests that the function has no room for."""
    with ThreadPoolExecutor(2) as executor:
        served, refused = sorted(executor.map(stack.get, ("/", "/")), key=lambda answer: answer.status_code)
    assert served.status_code == 200
    assert refused.elapsed < served.elapsed
    return refused


def test_a_deployment_reserves_changes_and_removes(stack: Stack, instance: Any) -> None:
    functions = instance.client("lambda")
    stack.deploy("CREATE", template(2))
    assert reserved(stack, functions) == 2

    stack.deploy("UPDATE", template(3))
    assert reserved(stack, functions) == 3

    stack.deploy("UPDATE", template(None))
    assert reserved(stack, functions) is None


def test_a_throttled_request_is_refused_at_once(stack: Stack) -> None:
    stack.deploy("CREATE", template(1))
    assert busy_answer(stack).status_code == 500

    stack.deploy("UPDATE", template(1, described=True))
    answer = busy_answer(stack)
    assert answer.status_code == 429
    assert answer.headers["Retry-After"] == "5"
    assert answer.headers["Content-Type"] == "application/problem+json"
    assert answer.json() == {"title": "Internal server error", "at": "/v1/"}


def test_no_reservation_changes_nothing() -> None:
    client = Mock()
    reserve(client, "f", {}, {})
    assert client.mock_calls == []


def test_a_reservation_of_none_at_all_is_made() -> None:
    client = Mock()
    reserve(client, "f", {}, {"ReservedConcurrentExecutions": "0"})
    client.put_function_concurrency.assert_called_once_with(FunctionName="f", ReservedConcurrentExecutions=0)
