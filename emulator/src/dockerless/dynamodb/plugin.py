"""The LocalStack providers of DynamoDB and DynamoDB Streams."""

import threading
from typing import Any

from localstack.aws.api import RequestContext, ServiceRequest
from localstack.aws.api.dynamodb import DynamodbApi
from localstack.aws.api.dynamodbstreams import DynamodbstreamsApi
from localstack.aws.forwarder import ForwardingFallbackDispatcher
from localstack.services.moto import call_moto
from localstack.services.plugins import Service, aws_provider

# moto has no locking of its own: conditional writes are atomic only one at a time.
_lock = threading.RLock()


def _dispatch_table(provider: Any) -> Any:
    def proxy(context: RequestContext, request: ServiceRequest | None) -> Any:
        with _lock:
            return call_moto(context)

    return ForwardingFallbackDispatcher(provider, proxy)


@aws_provider(api="dynamodb", name="dockerless")
def dynamodb() -> Service:
    """The DynamoDB provider."""
    return Service.for_provider(DynamodbApi(), dispatch_table_factory=_dispatch_table)


@aws_provider(api="dynamodbstreams", name="dockerless")
def dynamodbstreams() -> Service:
    """The DynamoDB Streams provider."""
    return Service.for_provider(DynamodbstreamsApi(), dispatch_table_factory=_dispatch_table)
