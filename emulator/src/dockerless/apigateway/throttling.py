"""Calls that a function has no room for: AWS refuses them at once, LocalStack tries for seconds."""

from collections.abc import Callable
from typing import Any

from botocore.config import Config
from botocore.exceptions import ClientError
from localstack.aws.connect import InternalClientFactory
from localstack.constants import MAX_POOL_CONNECTIONS
from localstack.runtime import hooks
from localstack.utils.patch import patch


def is_throttled(error: BaseException | None) -> bool:
    """Whether Lambda refused a call for want of concurrency."""
    return isinstance(error, ClientError) and error.response["Error"]["Code"] == "TooManyRequestsException"


@hooks.on_infra_start()
def answer_throttled_calls() -> None:
    """Answers a throttled call as AWS does: at once, as INTEGRATION_FAILURE, 500 unless redefined."""
    from localstack.services.apigateway.next_gen.execute_api.gateway_response import IntegrationFailureError
    from localstack.services.apigateway.next_gen.execute_api.integrations import aws

    without_retries = Config(max_pool_connections=MAX_POOL_CONNECTIONS, retries={"max_attempts": 0})
    aws.connect_to = InternalClientFactory(config=without_retries)

    @patch(aws.RestApiAwsProxyIntegration.invoke)
    def invoke(original: Callable[..., Any], integration: Any, context: Any) -> Any:
        try:
            return original(integration, context)
        except IntegrationFailureError as error:
            if is_throttled(error.__cause__):
                raise IntegrationFailureError(error.message) from error
            raise
