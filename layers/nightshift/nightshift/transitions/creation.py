"""New jobs: written whole, or not at all."""

import logging
from typing import Any

from nightshift.clients import dynamodb
from nightshift.log_keys import about
from nightshift.models.batch import Batch
from nightshift.models.job import Job
from nightshift.store.job_writes import put_job
from nightshift.store.keys import batch_key
from nightshift.store.reservations import Reservation, take
from nightshift.store.tags import put_tags
from nightshift.store.write import put_new, transact, transact_with

logger = logging.getLogger(__name__)


def create(job: Job) -> bool:
    """Write a new job, SCHEDULED, WAITING or QUEUED; False if its id is taken or another transaction was in the way."""
    if job.tags:
        return create_with(job)
    exceptions = dynamodb().exceptions
    try:
        dynamodb().put_item(**put_job(job))
    except exceptions.ConditionalCheckFailedException:
        return False
    logger.info("job made", extra=about(job))
    return True


def create_with(job: Job, *others: dict[str, Any]) -> bool:
    """Write a new job together with other writes, or nothing; False if its id is taken or a condition did not hold."""
    made = transact({"Put": put_job(job)}, *put_tags(job), *others)
    if made:
        logger.info("job made", extra=about(job))
    return made


def create_batch(batch: Batch, jobs: list[Job]) -> bool:
    """Write a batch and all of its jobs, or nothing; False if its id is taken or a transaction was in the way."""
    record = put_new(batch.model_dump(mode="json") | {"entity": "Batch"}, batch_key(batch.batch_id))
    puts = [{"Put": record}, *({"Put": put_job(job)} for job in jobs)]
    # A tag whose job is not there is passed over, but a job without its tag would not be found.
    made = transact_with(puts, [put for job in jobs for put in put_tags(job)])
    if made:
        for job in jobs:
            logger.info("job made", extra=about(job) | {"batch_id": batch.batch_id})
    return made


def create_direct(job: Job, reservation: Reservation) -> bool:
    """Write a new job and reserve a slot for it; False if its id or the tenant's reservation is taken."""
    return create_with(job, take(reservation).write)
