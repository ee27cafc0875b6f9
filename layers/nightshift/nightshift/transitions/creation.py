"""New jobs: written whole, or not at all."""

from typing import Any

from nightshift.clients import dynamodb
from nightshift.models.batch import Batch
from nightshift.models.job import Job
from nightshift.store.job_writes import put_job
from nightshift.store.keys import batch_key
from nightshift.store.reservations import Reservation, take
from nightshift.store.tags import put_tags
from nightshift.store.write import put_new, transact, transact_with


def create(job: Job) -> bool:
    """Write a new job, SCHEDULED, WAITING or QUEUED; False if its id is taken or another transaction was in the way."""
    if job.tags:
        return create_with(job)
    exceptions = dynamodb().exceptions
    try:
        dynamodb().put_item(**put_job(job))
    except exceptions.ConditionalCheckFailedException:
        return False
    return True


def create_with(job: Job, *others: dict[str, Any]) -> bool:
    """Write a new job together with other writes, or nothing; False if its id is taken or a condition did not hold."""
    return transact({"Put": put_job(job)}, *put_tags(job), *others)


def create_batch(batch: Batch, jobs: list[Job]) -> bool:
    """Write a batch and all of its jobs, or nothing; False if its id is taken or a transaction was in the way."""
    record = put_new(batch.model_dump(mode="json") | {"entity": "Batch"}, batch_key(batch.batch_id))
    puts = [{"Put": record}, *({"Put": put_job(job)} for job in jobs)]
    # A tag whose job is not there is passed over, but a job without its tag would not be found.
    return transact_with(puts, [put for job in jobs for put in put_tags(job)])


def create_direct(job: Job, reservation: Reservation) -> bool:
    """Write a new job and reserve a slot for it; False if its id or the tenant's reservation is taken."""
    return create_with(job, take(reservation).write)
