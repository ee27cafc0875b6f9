"""The API's routes: one module per resource, each loaded when the first request for one of its paths comes.

Cold start is import time, and it must not grow with every resource that the API learns.
"""

import importlib
import re

from aws_lambda_powertools.event_handler import APIGatewayRestResolver

_PATHS = {
    "actions": r"/jobs/[^/]+(/cancel|/retry)?",
    "articles": r"/articles(/.+)?",
    "artifacts": r"/jobs/[^/]+/artifacts(/.+)?",
    "batches": r"/jobs/batch/.+",
    "bulk": r"/jobs/(cancel|retry)",
    "console": r"/console(/.+)?",
    "dedup": r"/jobs/[^/]+/dedup_check",
    "deliveries": r"/jobs/(batch/)?[^/]+/deliveries(/.+)?",
    "documents": r"/(openapi\.json|docs)",
    "graph": r"/jobs/[^/]+/graph",
    "health": r"/health",
    "jobs": r"/jobs(/[^/]+)?",
    "logs": r"/jobs/[^/]+/logs",
    "monitor": r"/jobs(/[^/]+)?/monitor",
    "research": r"/research/.+",
    "runs": r"/jobs/[^/]+/runs(/[^/]+)?",
    "scheduler": r"/scheduler/.+",
    "schedules": r"/schedules(/.+)?",
    "steps": r"/jobs/[^/]+/(steps|stages)/[^/]+",
    "stories": r"/story/.+",
    "tenants": r"/tenants(/.+)?",
    "triggers": r"/jobs/(story|research)/trigger",
    "uploads": r"/uploads",
    "usage": r"/usage",
    "webhooks": r"/webhooks/secret",
}
"""Which paths a module's routes may answer. Several modules may share a path, each with methods of its own."""


def include(app: APIGatewayRestResolver, path: str) -> None:
    """Make the app know every route that could answer the path."""
    for name, pattern in _PATHS.items():
        if re.fullmatch(pattern, path.rstrip("/")):
            _include(app, name)


def include_all(app: APIGatewayRestResolver) -> None:
    """Make the app know every route, as its documentation needs."""
    for name in _PATHS:
        _include(app, name)


def _include(app: APIGatewayRestResolver, name: str) -> None:
    module = importlib.import_module(f"{__name__}.{name}")
    if module.router.api_resolver is not app:
        app.include_router(module.router)
