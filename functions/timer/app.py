"""The timer: mirrors the times of deferred and retried jobs into EventBridge Scheduler and the dispatch queue."""

from typing import Any

from aws_lambda_powertools import Logger
from aws_lambda_powertools.utilities.typing import LambdaContext

from nightshift.clock import now
from nightshift.timer import mirror

logger = Logger()


@logger.inject_lambda_context
def handler(event: dict[str, Any], context: LambdaContext) -> None:
    mirror(event["detail"]["job_id"], now())
