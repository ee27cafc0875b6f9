"""The reconciler: every minute, does for a missed event what the event would have done."""

from typing import Any

from aws_lambda_powertools import Logger
from aws_lambda_powertools.utilities.typing import LambdaContext

from nightshift.clock import now
from nightshift.reconcile import reconcile

logger = Logger()


@logger.inject_lambda_context
def handler(event: dict[str, Any], context: LambdaContext) -> dict[str, int]:
    healed = reconcile(now(), clock=now)
    logger.info("reconciled", extra=healed)
    return healed
