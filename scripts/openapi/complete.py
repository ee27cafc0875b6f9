"""What the document says beyond what each route says of itself: names, headers, links, examples."""

import json
import re
from collections.abc import Iterator
from http import HTTPStatus
from pathlib import Path
from typing import Any

import yaml

type Operation = dict[str, Any]

EXAMPLES = Path(__file__).with_name("examples.yaml")
OPEN_PATHS = {"/health"}
PROBLEM_JSON = "application/problem+json"

_REFERENCE = re.compile(r'"#/components/schemas/([^"]+)"')
_LINKED = {
    # What each of them makes, and where in the answer its id stands.
    "create_job": ("job_id", "/job_id"),
    "trigger_story": ("job_id", "/job_id"),
    "trigger_research": ("job_id", "/job_id"),
    "trigger_schedule": ("job_id", "/job_id"),
    "generate_story": ("job_id", "/job/job_id"),
    "run_research": ("job_id", "/job/job_id"),
    "create_batch": ("batch_id", "/batch_id"),
    "create_schedule": ("schedule_id", "/schedule_id"),
    "create_article": ("article_id", "/article_id"),
    "generate_article": ("job_id", "/job_id"),
    "create_tenant": ("tenant_id", "/tenant_id"),
}
_URI = {"type": "string", "format": "uri-reference"}
_SECONDS = {"type": "string", "pattern": "^[0-9]+$"}
_HEADERS = {
    "201": {"Location": ("Where the new resource is.", _URI)},
    "202": {
        "Location": ("Where to look.", _URI),
        "Retry-After": ("When to look there, in seconds.", _SECONDS),
    },
    "304": {"ETag": ("The version that you know.", {"type": "string"})},
    "401": {"WWW-Authenticate": ("ApiKey: send one.", {"type": "string"})},
    "429": {"Retry-After": ("When to try again, in seconds.", _SECONDS)},
    "503": {"Retry-After": ("When to try again, in seconds.", _SECONDS)},
}
_REPLAYED = {
    "Idempotency-Replayed": ("true: an earlier request with the same Idempotency-Key made it.", {"const": "true"})
}
_DEPRECATED = {
    "Deprecation": ("Since when, as RFC 9745 has it.", {"type": "string"}),
    "Link": ("What to use instead.", {"type": "string"}),
}


def complete(document: dict[str, Any]) -> None:
    """Change the document in place.

    Raises:
        ValueError: two operations have one name.
    """
    operations = _name(document)
    for operation in operations.values():
        _drop_default_refusal(operation)
        _tell_headers(operation)
    for path in OPEN_PATHS:
        for operation in document["paths"][path].values():
            operation["security"] = []
    _link(document, operations)
    _exemplify(operations)
    _share_refusals(document, operations)
    _drop_unused_schemas(document)


def _operations(document: dict[str, Any]) -> Iterator[tuple[str, str, Operation]]:
    for path, methods in document["paths"].items():
        for method, operation in methods.items():
            yield path, method, operation


def _name(document: dict[str, Any]) -> dict[str, Operation]:
    """The operations by their ids: that of their route, else the name of its function."""
    named: dict[str, Operation] = {}
    for path, method, operation in _operations(document):
        made_up = re.sub(r"\W", "_", path) + f"_{method}"
        name = operation["operationId"] = operation["operationId"].removesuffix(made_up)
        if name in named:
            raise ValueError(f"two operations are called {name}: give {method.upper()} {path} an operation_id")
        named[name] = operation
    return named


def _drop_default_refusal(operation: Operation) -> None:
    """Powertools documents a 422 of its own form on every route; ours are problem documents."""
    if "HTTPValidationError" in json.dumps(operation["responses"].get("422", "")):
        del operation["responses"]["422"]


def _tell_headers(operation: Operation) -> None:
    for parameter in operation.get("parameters", ()):
        if parameter["in"] == "header":
            parameter["name"] = parameter["name"].title()
    has_key = any(parameter["name"] == "Idempotency-Key" for parameter in operation.get("parameters", ()))
    for status, response in operation["responses"].items():
        headers = dict(_HEADERS.get(status, {}))
        if status.startswith("3"):
            response.pop("content", None)
        if status == "200" and "304" in operation["responses"]:
            headers["ETag"] = ("The version of what is shown.", {"type": "string"})
        if status.startswith("2"):
            headers |= _REPLAYED if has_key else {}
            headers |= _DEPRECATED if operation.get("deprecated") else {}
        for name, (meaning, schema) in headers.items():
            always = name not in _REPLAYED
            response.setdefault("headers", {})[name] = {"description": meaning, "schema": schema, "required": always}
        response["headers"] = dict(sorted(response.get("headers", {}).items()))
        if not response["headers"]:
            del response["headers"]
    operation["responses"] = dict(sorted(operation["responses"].items()))


def _link(document: dict[str, Any], operations: dict[str, Operation]) -> None:
    for maker, (parameter, place) in _LINKED.items():
        links = {
            operation["operationId"]: {
                "operationId": operation["operationId"],
                "parameters": {parameter: f"$response.body#{place}"},
            }
            for path, _, operation in _operations(document)
            if re.findall(r"{(\w+)}", path) == [parameter]
        }
        for status, response in operations[maker]["responses"].items():
            if status.startswith("2"):
                response["links"] = links


def _exemplify(operations: dict[str, Operation]) -> None:
    examples = yaml.safe_load(EXAMPLES.read_text(encoding="utf-8"))
    for operation in operations.values():
        if "requestBody" in operation:
            _show_example(operation["requestBody"], examples)
        for status, response in operation["responses"].items():
            refusal = {"Problem": _refusal(int(status), response["description"])}
            _show_example(response, examples | refusal)


def _show_example(place: dict[str, Any], examples: dict[str, Any]) -> None:
    """Shows the example of the model that a body is of; of several, that of the first."""
    for content in place.get("content", {}).values():
        models = _REFERENCE.findall(json.dumps(content["schema"]))
        if models and models[0] in examples:
            content["examples"] = {"usual": {"value": examples[models[0]]}}


def _refusal(status: int, detail: str) -> dict[str, Any]:
    return {
        "type": "about:blank",
        "title": HTTPStatus(status).phrase,
        "status": status,
        "detail": detail,
        "instance": "/jobs",
    }


def _share_refusals(document: dict[str, Any], operations: dict[str, Operation]) -> None:
    """A refusal is the same wherever it is given, and is written once."""
    shared = document["components"].setdefault("responses", {})
    for operation in operations.values():
        for status, response in operation["responses"].items():
            if PROBLEM_JSON in response.get("content", {}):
                name = HTTPStatus(int(status)).phrase.title().replace(" ", "")
                shared[name] = response
                operation["responses"][status] = {"$ref": f"#/components/responses/{name}"}
    document["components"]["responses"] = dict(sorted(shared.items()))


def _drop_unused_schemas(document: dict[str, Any]) -> None:
    schemas = document["components"]["schemas"]
    used: set[str] = set()
    found = _references([document["paths"], document["components"]["responses"]])
    while found:
        used |= found
        found = {name for parent in found for name in _references(schemas[parent])} - used
    document["components"]["schemas"] = {name: schemas[name] for name in sorted(used)}


def _references(part: Any) -> set[str]:
    return set(_REFERENCE.findall(json.dumps(part)))
