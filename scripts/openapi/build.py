"""Puts the document together: what Powertools tells of each function's routes, and what ``complete`` adds."""

import json
import os
import sys
from pathlib import Path
from typing import Any

from aws_lambda_powertools.event_handler.openapi.models import APIKey, APIKeyIn, Tag

from scripts.openapi.complete import complete

ROOT = Path(__file__).resolve().parents[2]
DOCUMENT = ROOT / "functions" / "api" / "openapi.json"
DESCRIPTION = (
    "A serverless control plane for long-running content jobs. Make a job with POST /jobs; what follows happens by "
    "itself. Times are RFC 3339 in UTC; refusals are RFC 9457 problem documents. A method that a path does not answer "
    "is refused with 405, which names those that it does."
)
TAGS = {
    "jobs": "What is to be done, and how far it is.",
    "runs": "The attempts at a job, and their steps.",
    "steps": "Steps done elsewhere, and stages run by hand.",
    "logs": "What a job's program printed.",
    "artifacts": "The files that jobs made.",
    "batches": "Jobs made in one request and counted together.",
    "direct": "Jobs whose client waits for the result.",
    "schedules": "Jobs made again and again.",
    "webhooks": "Messages to you of what becomes of jobs.",
    "stories": "What story jobs wrote.",
    "research": "What research jobs found.",
    "articles": "What newsroom jobs write for readers of a level.",
    "usage": "What models cost.",
    "scheduler": "What runs, what waits, and the limits.",
    "tenants": "For administrators: whose jobs are kept apart, and the keys that tell them apart.",
    "service": "The service itself.",
    "legacy": "The old trigger API, for clients that have not changed yet.",
}


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
            tags=[Tag(name=name, description=meaning) for name, meaning in TAGS.items()],
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
    complete(document)
    return json.dumps(document, indent=1, ensure_ascii=False) + "\n"
