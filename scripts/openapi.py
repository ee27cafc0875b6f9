"""Writes the OpenAPI document that the API serves, from the routes themselves; ``--check`` only compares."""

import json
import os
import sys
from pathlib import Path
from typing import Any

from aws_lambda_powertools.event_handler.openapi.models import APIKey, APIKeyIn

ROOT = Path(__file__).resolve().parent.parent
DOCUMENT = ROOT / "functions" / "api" / "openapi.json"
DESCRIPTION = (
    "A serverless control plane for long-running content jobs. Make a job with POST /jobs; what follows happens by "
    "itself. Times are RFC 3339 in UTC; refusals are RFC 9457 problem documents."
)


def _schema_of(function: str) -> dict[str, Any]:
    """The paths and schemas of one function; both functions call their module ``app``, so each is loaded alone."""
    sys.path.insert(0, str(ROOT / "functions" / function))
    try:
        from app import app

        if function == "api":
            import routes

            routes.include_all(app)
        from nightshift.version import VERSION

        text = app.get_openapi_json_schema(
            title="Nightshift",
            version=VERSION,
            description=DESCRIPTION,
            openapi_version="3.1.0",
            security_schemes={"ApiKey": APIKey(name="x-api-key", in_=APIKeyIn.header)},
            security=[{"ApiKey": []}],
        )
        return dict(json.loads(text))
    finally:
        sys.path.pop(0)
        sys.modules.pop("app")


def build() -> str:
    """The document of the API and the waiter together."""
    sys.path.insert(0, str(ROOT / "layers" / "nightshift"))
    os.environ.setdefault("AWS_DEFAULT_REGION", "us-east-1")
    document = _schema_of("api")
    waiter = _schema_of("waiter")
    document["paths"] |= waiter["paths"]
    document["components"]["schemas"] |= waiter["components"]["schemas"]
    document["paths"] = dict(sorted(document["paths"].items()))
    document["components"]["schemas"] = dict(sorted(document["components"]["schemas"].items()))
    _drop_default_refusals(document)
    return json.dumps(document, indent=1, ensure_ascii=False) + "\n"


def _drop_default_refusals(document: dict[str, Any]) -> None:
    """Powertools documents a 422 of its own form on every route; ours are problem documents, where they can occur."""
    for path in document["paths"].values():
        for operation in path.values():
            if "HTTPValidationError" in json.dumps(operation["responses"].get("422", "")):
                del operation["responses"]["422"]
    for name in ("HTTPValidationError", "ValidationError"):
        del document["components"]["schemas"][name]


def main() -> int:
    built = build()
    if "--check" not in sys.argv:
        DOCUMENT.write_text(built, encoding="utf-8")
        return 0
    if DOCUMENT.read_text(encoding="utf-8") == built:
        return 0
    print(
        "functions/api/openapi.json is not what the routes say; run `make openapi` and commit it.",
        file=sys.stderr,
    )
    return 1


if __name__ == "__main__":
    sys.exit(main())
