"""Keeps connections to LocalStack's gateway open between requests."""

from localstack.aws import handlers
from localstack.runtime import get_current_runtime, hooks


@hooks.on_infra_start()
def keep_connections() -> None:
    """Undoes LocalStack's closing of every connection after one request.

    A client that makes a new connection for each request waits for it about as long as for an answer.
    """
    get_current_runtime().components.gateway.finalizers.remove(handlers.set_close_connection_header)
