"""Finds what a request is for without making or searching what it does not need."""

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


@hooks.on_infra_start()
def keep_operation_maps() -> None:
    """LocalStack makes the map from paths to operations anew for each model of a REST service, and Step
    Functions has a model of its own for each task: 50 ms more for each call of a function."""
    from localstack.aws.protocol import op_router

    op_router._create_service_map = once_for_each_service(op_router._create_service_map)


def once_for_each_service(make: Callable[[Any], Any]) -> Callable[[Any], Any]:
    """Return ``make``, asked only once for all models of a service."""
    made: dict[tuple[str, str, str], Any] = {}

    def make_once(service: Any) -> Any:
        key = service.service_name, service.api_version, service.protocol
        if key not in made:
            made[key] = make(service)
        return made[key]

    return make_once


def _unless_json_call(handler: Handler) -> Handler:
    def handle(chain: Any, context: Any, response: Any) -> None:
        request = context.request
        # Such a call names its operation in a header and goes to the root, where no route is.
        if request.path != "/" or "X-Amz-Target" not in request.headers:
            handler(chain, context, response)

    return handle
