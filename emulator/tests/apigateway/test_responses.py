"""How gateway responses are read from a definition and filled in."""

import pytest

from dockerless.apigateway.responses import choose, declared, headers, render

PROBLEM = "application/problem+json"


def test_a_definition_declares_responses() -> None:
    busy = {
        "statusCode": 429,
        "responseParameters": {"gatewayresponse.header.Retry-After": "'5'"},
        "responseTemplates": {PROBLEM: "{}"},
    }
    document = {"x-amazon-apigateway-gateway-responses": {"THROTTLED": busy, "DEFAULT_5XX": {}}}

    found = declared(document)

    assert declared({}) == {}
    assert found["THROTTLED"] == {
        **busy,
        "statusCode": "429",
        "responseType": "THROTTLED",
        "defaultResponse": False,
    }
    assert found["DEFAULT_5XX"]["statusCode"] is None
    assert found["DEFAULT_5XX"]["responseTemplates"] == {
        "application/json": '{"message":$context.error.messageString}'
    }


@pytest.mark.parametrize(
    ("template", "expected"),
    [
        ('{"title": $context.error.messageString}', '{"title": "No \\"room\\""}'),
        ("$context.path. $context.error.message!", '/v1/jobs. No "room"!'),
        ("[$context.absent][$context.path.deeper][$stageVariables.colour]", "[][][red]"),
        ("costs $5, $contextual", "costs $5, $contextual"),
    ],
)
def test_variables_are_filled_in(template: str, expected: str) -> None:
    error = {"message": 'No "room"', "messageString": '"No \\"room\\""'}
    variables = {"context": {"path": "/v1/jobs", "error": error}, "stageVariables": {"colour": "red"}}
    assert render(template, variables) == expected


@pytest.mark.parametrize(
    ("accept", "expected"),
    [(PROBLEM, PROBLEM), ("text/html", "application/json"), (None, "application/json")],
)
def test_the_template_that_is_asked_for(accept: str | None, expected: str) -> None:
    assert choose({PROBLEM: "{}", "application/json": "{}"}, accept)[0] == expected
    assert choose({PROBLEM: "{}"}, accept)[0] == PROBLEM


def test_only_static_headers_are_understood() -> None:
    parameters = {
        "gatewayresponse.header.Retry-After": "'5'",
        "gatewayresponse.header.Origin": "method.request.header.Origin",
        "gatewayresponse.header.Empty": "''",
    }
    assert headers(parameters) == {"Retry-After": "5", "Empty": ""}
