"""The finisher: turns Step Functions' status event into the end of the run."""

import json
from typing import Any

from aws_lambda_powertools import Logger
from aws_lambda_powertools.utilities.typing import LambdaContext

from nightshift.clock import now
from nightshift.executions import Execution, describe
from nightshift.finish import LOST, finish

logger = Logger()


@logger.inject_lambda_context
def handler(event: dict[str, Any], context: LambdaContext) -> None:
    detail = event["detail"]
    started_with = json.loads(detail["input"])
    run = started_with["run"]
    finish(run["job_id"], run["run_number"], _execution(detail), now())


def _execution(detail: dict[str, Any]) -> Execution:
    """The event's own account of the end; where it leaves something out, that of the execution itself."""
    if detail["status"] == "SUCCEEDED" and detail.get("output"):
        return Execution("SUCCEEDED", output=json.loads(detail["output"]))
    return describe(detail["executionArn"]) or LOST
