"""The committed OpenAPI document: complete, and true to itself. That it is true to the routes, `make lint` checks."""

import json
import re
from collections.abc import Iterator
from typing import Any

import jsonschema_rs
import pytest
import yaml

from scripts.openapi.build import DOCUMENT
from scripts.openapi.complete import EXAMPLES

WHOLE: dict[str, Any] = json.loads(DOCUMENT.read_text(encoding="utf-8"))
OPERATIONS: list[tuple[str, str, dict[str, Any]]] = [
    (method, path, operation) for path, methods in WHOLE["paths"].items() for method, operation in methods.items()
]
EXEMPLIFIED = yaml.safe_load(EXAMPLES.read_text(encoding="utf-8"))


def responses(operation: dict[str, Any]) -> Iterator[tuple[str, dict[str, Any]]]:
    for status, response in operation["responses"].items():
        name = response.get("$ref", "").removeprefix("#/components/responses/")
        yield status, WHOLE["components"]["responses"][name] if name else response


def name_of(case: Any) -> str | None:
    return case["operationId"] if isinstance(case, dict) else None


@pytest.mark.parametrize("schema", [name for name in EXEMPLIFIED if not name.startswith(".")])
def test_an_example_is_of_its_schema(schema: str) -> None:
    components = {"components": WHOLE["components"]}
    jsonschema_rs.validate({"$ref": f"#/components/schemas/{schema}"} | components, EXEMPLIFIED[schema])


@pytest.mark.parametrize(("method", "path", "operation"), OPERATIONS, ids=name_of)
def test_an_operation_is_complete(method: str, path: str, operation: dict[str, Any]) -> None:
    assert re.fullmatch(r"[a-z]+(_[a-z]+)*", operation["operationId"])
    assert operation["summary"]
    assert set(operation["tags"]) <= {tag["name"] for tag in WHOLE["tags"]}, "describe the tag in scripts/openapi"
    bodies = [operation["requestBody"]] if "requestBody" in operation else []
    for place in [*bodies, *(response for _, response in responses(operation))]:
        for media_type, content in place.get("content", {}).items():
            assert content.get("examples"), f"{media_type} needs an example in {EXAMPLES.name}: {content['schema']}"
    if path != "/health":
        assert {"401", "422", "503"} <= operation["responses"].keys()
    if bodies:
        assert {"400", "413", "415"} <= operation["responses"].keys()


@pytest.mark.parametrize(("method", "path", "operation"), OPERATIONS, ids=name_of)
def test_what_was_made_or_taken_on_says_where_it_is(method: str, path: str, operation: dict[str, Any]) -> None:
    for status, response in responses(operation):
        wanted = {"201": {"Location"}, "202": {"Location", "Retry-After"}}.get(status, set())
        assert wanted <= response.get("headers", {}).keys()


def test_links_lead_to_operations() -> None:
    names = {operation["operationId"] for _, _, operation in OPERATIONS}
    links = WHOLE["paths"]["/jobs"]["post"]["responses"]["201"]["links"]
    assert {"get_job", "cancel_job", "retry_job", "wait_for_job"} <= links.keys() <= names


def test_what_is_deprecated_is_marked() -> None:
    deprecated = {operation["operationId"] for _, _, operation in OPERATIONS if operation.get("deprecated")}
    assert deprecated == {"trigger_story", "trigger_research"}
