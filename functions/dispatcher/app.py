"""The dispatcher: makes the jobs of schedules, claims slots, starts executions, stops those that were cancelled."""

from datetime import datetime
from typing import Any

from aws_lambda_powertools import Logger
from aws_lambda_powertools.utilities.batch import BatchProcessor, EventType, process_partial_response
from aws_lambda_powertools.utilities.data_classes.sqs_event import SQSRecord
from aws_lambda_powertools.utilities.typing import LambdaContext

from nightshift.clock import now
from nightshift.dispatch import attend, fill
from nightshift.firing import fire
from nightshift.log_keys import told_by
from nightshift.models.job import Job
from nightshift.models.status import TERMINAL, StepStatus

logger = Logger()


def _has_done_step(message: dict[str, Any]) -> bool:
    """Whether it tells that a step was done of a job that has ended."""
    return "step" in message.get("changed", ()) and message["step_status"] == StepStatus.DONE


@logger.inject_lambda_context
def handler(event: dict[str, Any], context: LambdaContext) -> Any:
    """Each message names a job to attend to, or says that there is room; then the slots are filled once for all."""
    processor = BatchProcessor(event_type=EventType.SQS, raise_on_entire_batch_failure=False)
    candidates: list[Job] = []

    def attend_to(record: SQSRecord) -> None:
        message = record.json_body
        with logger.append_context_keys(**told_by(message)):
            try:
                attend_to_message(message)
            except Exception:
                logger.exception("could not attend; the message comes again")
                raise

    def attend_to_message(message: dict[str, Any]) -> None:
        # The scheduler was opened, or the job ended and freed its slot: filling is all there is to do.
        if "config_version" in message or (message.get("status") in TERMINAL and not _has_done_step(message)):
            return
        if "schedule_id" in message:
            job = fire(message["schedule_id"], datetime.fromisoformat(message["scheduled_time"]), now())
        else:
            job = attend(message["job_id"], now())
        if job:
            candidates.append(job)

    response = process_partial_response(event, attend_to, processor, context)
    fill(candidates, now(), clock=now)
    return response
