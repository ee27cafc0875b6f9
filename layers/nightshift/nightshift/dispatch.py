"""The dispatcher's work: release what is due, stop what was cancelled, and fill free slots in the queue's order."""

import heapq
import json
import logging
from datetime import datetime, timedelta

from nightshift import executions, transitions
from nightshift.clients import dynamodb, sqs
from nightshift.models.job import Job
from nightshift.models.run import Run
from nightshift.models.status import JobStatus, StepStatus
from nightshift.settings import settings
from nightshift.store import lanes
from nightshift.store.items import from_item, to_item
from nightshift.store.keys import QUEUE_INDEX, lane_partition, queue_position
from nightshift.store.reads import find_job, find_run
from nightshift.store.scheduler import SchedulerState, read_scheduler

logger = logging.getLogger(__name__)

SECOND_LOOK = timedelta(seconds=20)
"""How long a worker may take to obey a cancel before its execution is stopped."""

_CLAIMS_AT_MOST = 50
_CLAIM_TRIES = 5


def attend(job_id: str, now: datetime) -> Job | None:
    """Do what the job's state calls for; returns it if it is a candidate for a slot.

    The job is read consistently, so that one which the queue index does not show yet is not passed over.
    """
    job = find_job(job_id)
    if job is None:
        return None
    if job.status is JobStatus.SCHEDULED and job.release_at and job.release_at <= now:
        transitions.release(job, now)
        job = find_job(job_id)
    if job and job.status is JobStatus.RUNNING:
        _attend_running(job, now)
    return job if job and job.status is JobStatus.QUEUED else None


def fill(named: list[Job], now: datetime) -> list[Run]:
    """Claim and start what fits, best first: the queue's heads and the named jobs together."""
    scheduler = read_scheduler()
    if not scheduler.scheduler_running or not scheduler.free_slots:
        return []
    wanted = min(scheduler.free_slots, _CLAIMS_AT_MOST)
    started: list[Run] = []
    for job_id in _candidates(named, wanted, now):
        run = _claim(job_id, now)
        if run is None:
            continue
        executions.start(run)
        started.append(run)
        if len(started) == wanted:
            break
    return started


def stop_if_cancelled(job: Job, run: Run, now: datetime) -> None:
    """Stop a run whose job was cancelled: at once if no worker is running, else when the worker had its time."""
    if job.cancel_requested_at is None:
        return
    waited = now - job.cancel_requested_at
    if job.step_status is StepStatus.RUNNING and waited < SECOND_LOOK:
        send_later(job.job_id, SECOND_LOOK - waited)
        return
    # A run ends because its execution ended, so one claimed but not started yet is started to be stopped.
    arn = run.execution_arn or executions.start(run)
    executions.stop(arn, "The job was cancelled.")


def send_later(job_id: str, delay: timedelta) -> None:
    """Have the dispatcher look at the job after the delay, which SQS caps at 15 minutes."""
    seconds = max(0, min(900, round(delay.total_seconds() + 0.5)))
    body = json.dumps({"job_id": job_id})
    sqs().send_message(QueueUrl=settings().dispatch_queue_url, MessageBody=body, DelaySeconds=seconds)


def _attend_running(job: Job, now: datetime) -> None:
    run = find_run(job.job_id, job.run_number)
    if run is None:
        return
    if run.execution_arn is None:
        executions.start(run)
    stop_if_cancelled(job, run, now)


def _claim(job_id: str, now: datetime) -> Run | None:
    """Claim the job, reading again what changed meanwhile; None if it is no longer there to claim."""
    for _ in range(_CLAIM_TRIES):
        job, scheduler = find_job(job_id), read_scheduler()
        if job is None or job.status is not JobStatus.QUEUED or not _may_claim(scheduler):
            return None
        run = transitions.claim(job, scheduler, now)
        if run:
            logger.info("claimed", extra={"job_id": job_id, "run_id": run.run_id, "tenant_id": job.tenant_id})
            return run
    logger.warning("claim contended; left to a later dispatch", extra={"job_id": job_id})
    return None


def _may_claim(scheduler: SchedulerState) -> bool:
    return scheduler.scheduler_running and scheduler.free_slots > 0


def _candidates(named: list[Job], wanted: int, now: datetime) -> list[str]:
    """Ids of jobs in the queue's order. A few more than wanted, as others may claim some of them first."""
    depth = wanted + 5
    heads = [_lane_head(lane, depth, now) for lane in lanes.list_lanes()]
    heads.append(sorted((queue_position(job), job.job_id) for job in named))
    merged = dict.fromkeys(job_id for _, job_id in heapq.merge(*heads))
    return list(merged)[:depth]


def _lane_head(lane: lanes.Lane, depth: int, now: datetime) -> list[tuple[str, str]]:
    found = dynamodb().query(
        TableName=settings().table_name,
        IndexName=QUEUE_INDEX,
        KeyConditionExpression="queue_pk = :lane",
        ExpressionAttributeValues=to_item({":lane": lane_partition(lane.tenant_id, lane.type)}),
        Limit=depth,
    )
    items = [from_item(item) for item in found["Items"]]
    if not items:
        lanes.drop_if_idle(lane, now)
    return [(item["queue_sk"], item["pk"].removeprefix("JOB#")) for item in items]
