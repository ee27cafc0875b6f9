"""Spares calls of AWS's JSON protocols the search for a route."""

from collections.abc import Callable
from typing import Any

from localstack.aws import handlers
from localstack.runtime import get_current_runtime, hooks

type Handler = Callable[[Any, Any, Any], None]


@hooks.on_infra_start()
def pass_over_routes() -> None:
    """LocalStack first compares each request with every route of its own and of the REST APIs."""
    chain = get_current_runtime().components.gateway.request_handlers
    for handler in (handlers.serve_localstack_resources, handlers.serve_edge_router_rules):
        chain[chain.index(handler)] = _unless_json_call(handler)


def _unless_json_call(handler: Handler) -> Handler:
    def handle(chain: Any, context: Any, response: Any) -> None:
        request = context.request
        # Such a call names its operation in a header and goes to the root, where no route is.
        if request.path != "/" or "X-Amz-Target" not in request.headers:
            handler(chain, context, response)

    return handle
