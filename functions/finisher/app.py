"""The finisher: turns Step Functions' status event into the end of the run."""

import json
from typing import Any

from aws_lambda_powertools import Logger
from aws_lambda_powertools.utilities.typing import LambdaContext

from nightshift.clock import now
from nightshift.executions import Execution, describe
from nightshift.finish import finish
from nightshift.log_keys import told_by

logger = Logger()


@logger.inject_lambda_context(clear_state=True)
def handler(event: dict[str, Any], context: LambdaContext) -> None:
    detail = event["detail"]
    ended = _execution(detail)
    run = ended.input.get("run") if isinstance(ended.input, dict) else None
    if not isinstance(run, dict) or run.get("run_id") != detail["name"]:
        # Somebody started the state machine by hand, perhaps with the input of a run of ours.
        logger.info("not an execution of a run", extra={"execution": detail["executionArn"]})
        return
    logger.append_keys(**told_by(run))
    finish(run["job_id"], run["run_number"], ended, now())


def _execution(detail: dict[str, Any]) -> Execution:
    """How the execution ended: the status is the event's; what the event leaves out is asked for.

    An event carries neither input nor output if they are large, and on some platforms no error.
    """
    started_with, output = detail.get("input"), detail.get("output")
    told = Execution(
        status=detail["status"],
        input=json.loads(started_with) if started_with else None,
        output=json.loads(output) if output else None,
        error=detail.get("error"),
        cause=detail.get("cause"),
    )
    complete = told.output is not None if told.status == "SUCCEEDED" else told.error is not None
    asked = None if complete and told.input is not None else describe(detail["executionArn"])
    if asked is None:
        return told
    return Execution(
        status=told.status,
        input=told.input or asked.input,
        output=told.output or asked.output,
        error=told.error or asked.error,
        cause=told.cause or asked.cause,
    )
