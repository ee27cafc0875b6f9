"""The reserved concurrency of functions in templates: LocalStack enforces it, but does not deploy it."""

from collections.abc import Callable
from typing import Any

from localstack.runtime import hooks
from localstack.services.cloudformation.resource_provider import (
    OperationStatus,
    ProgressEvent,
    ResourceRequest,
)
from localstack.utils.patch import patch

type Properties = dict[str, Any]
type Operation = Callable[[Any, ResourceRequest], ProgressEvent]

_PROPERTY = "ReservedConcurrentExecutions"


def reserve(client: Any, function: str, previous: Properties, desired: Properties) -> None:
    """Bring the reserved concurrency of a function to what its template says, through a Lambda client."""
    wanted = desired.get(_PROPERTY)
    if wanted is not None:
        # A parameter of a template is a string.
        client.put_function_concurrency(FunctionName=function, ReservedConcurrentExecutions=int(wanted))
    elif previous.get(_PROPERTY) is not None:
        client.delete_function_concurrency(FunctionName=function)


@hooks.on_infra_start()
def reserve_concurrency() -> None:
    from localstack.services.lambda_.resource_providers.aws_lambda_function import LambdaFunctionProvider

    def done(progress: ProgressEvent, request: ResourceRequest) -> ProgressEvent:
        if progress.status is OperationStatus.SUCCESS:
            # Of a function that is being created there is no previous state.
            previous = request.previous_state or {}
            client = request.aws_client_factory.lambda_
            reserve(client, progress.resource_model["FunctionName"], previous, request.desired_state)
        return progress

    @patch(LambdaFunctionProvider.create)
    def create(original: Operation, provider: Any, request: ResourceRequest) -> ProgressEvent:
        return done(original(provider, request), request)

    @patch(LambdaFunctionProvider.update)
    def update(original: Operation, provider: Any, request: ResourceRequest) -> ProgressEvent:
        return done(original(provider, request), request)
