"""The timer: mirrors the times of jobs and schedules into EventBridge Scheduler and the dispatch queue."""

from typing import Any

from aws_lambda_powertools import Logger
from aws_lambda_powertools.utilities.typing import LambdaContext

from nightshift.clock import now
from nightshift.log_keys import told_by
from nightshift.timer import mirror, mirror_schedule

logger = Logger()


@logger.inject_lambda_context(clear_state=True)
def handler(event: dict[str, Any], context: LambdaContext) -> None:
    detail = event["detail"]
    logger.append_keys(**told_by(detail))
    if "schedule_id" in detail:
        mirror_schedule(detail["schedule_id"], now())
    else:
        mirror(detail["job_id"], now())
