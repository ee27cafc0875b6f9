"""The dispatcher's work: release what is due, stop what was cancelled, and fill free slots in the queue's order."""

import heapq
import json
import logging
import math
from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from typing import Any

from botocore.exceptions import BotoCoreError, ClientError

from nightshift import executions, transitions
from nightshift.clients import dynamodb, sqs
from nightshift.errors import UnreadableError
from nightshift.executions import Execution
from nightshift.finish import finish
from nightshift.log_keys import about
from nightshift.models.job import Job
from nightshift.models.run import Run
from nightshift.models.status import JobStatus, StepStatus
from nightshift.outside import go_on
from nightshift.settings import settings
from nightshift.stages import OPEN, finished_elsewhere
from nightshift.store import lanes
from nightshift.store.items import from_item, to_item
from nightshift.store.keys import QUEUE_INDEX, lane_partition, queue_position
from nightshift.store.reads import find_job, find_run
from nightshift.store.scheduler import SchedulerState, read_scheduler
from nightshift.store.write import back_off

logger = logging.getLogger(__name__)

LONGEST_DELAY = timedelta(minutes=15)
"""What SQS can delay a message."""

SECOND_LOOK = timedelta(seconds=20)
"""How long a worker may take to obey a cancel before its execution is stopped."""

START_AGAIN = timedelta(seconds=5)
"""When a start that failed is tried again."""

_STARTED_WITHIN = timedelta(seconds=3)
"""How long whoever has claimed a job is left to start it."""

_CLAIMS_AT_MOST = 50
_CLAIM_TRIES = 5
_SPARE = 5


def attend(job_id: str, now: datetime) -> Job | None:
    """Do what the job's state calls for; returns it if it is a candidate for a slot.

    The job is read consistently, so that one which the queue index does not show yet is not passed over.
    """
    job = find_job(job_id)
    if job is None:
        return None
    if job.status is JobStatus.QUEUED:
        lanes.touch(job.tenant_id, job.type, now)
    if job.status is JobStatus.SCHEDULED and job.release_at:
        early = job.release_at - now
        if timedelta() < early <= LONGEST_DELAY:
            # Clocks and schedules are not exact to the millisecond; a message that came early comes again.
            send_later(job_id, early)
        elif early <= timedelta():
            transitions.release(job, now)
            job = find_job(job_id)
    if job and job.status is JobStatus.RUNNING:
        _attend_running(job, now)
    elif job and job.status in OPEN:
        job = _go_on(job, now)
    return job if job and job.status is JobStatus.QUEUED else None


def fill(named: list[Job], now: datetime, clock: Callable[[], datetime] | None = None) -> list[Run]:
    """Claim and start what fits, best first: the queue's heads and the named jobs together.

    A lane at its limit is passed over, so that it blocks no other. What fits beyond 50 is left to another dispatch,
    which is asked for. ``clock`` gives the time of each claim, as the last may come seconds after the first; without it
    all are of ``now``.
    """
    scheduler = read_scheduler()
    seen = {job.job_id: job for job in named}
    started: list[Run] = []
    for job_id in _candidates(scheduler, named, now):
        if scheduler.is_full:
            break
        if len(started) == _CLAIMS_AT_MOST:
            _fill_again(scheduler)
            break
        claimed_at = clock() if clock else now
        try:
            run, scheduler = _claim(job_id, seen.get(job_id), scheduler, claimed_at)
        except UnreadableError:
            # At the lane's head it would take a job's place in every look. Once it can be read, it has its turn.
            if transitions.put_last(job_id):
                logger.exception("put last in its lane", extra={"job_id": job_id})
            continue
        if run is None:
            continue
        if not start_run(run, claimed_at):
            continue
        started.append(run)
    return started


def start_run(run: Run, now: datetime) -> bool:
    """Start a claimed run. What Step Functions refuses for good ends the run; what fails otherwise is tried again.

    Either way the dispatch goes on: one job must not hold up the others.
    """
    try:
        executions.start(run)
    except executions.StartRefusedError as error:
        finish(run.job_id, run.run_number, Execution("FAILED", error="StartRefused", cause=str(error)), now)
        return False
    except (ClientError, BotoCoreError):
        logger.exception("could not start", extra=about(run))
        send_later(run.job_id, START_AGAIN)
        return False
    return True


def stop_if_cancelled(job: Job, run: Run, now: datetime) -> None:
    """Stop a run whose job was cancelled: at once if no worker is running, else when the worker had its time."""
    if job.cancel_requested_at is None:
        return
    waited = now - job.cancel_requested_at
    if job.step_status is StepStatus.RUNNING and waited < SECOND_LOOK:
        send_later(job.job_id, SECOND_LOOK - waited)
        return
    executions.stop(executions.arn_of(run), "The job was cancelled.")


def send_later(job_id: str, delay: timedelta) -> None:
    """Have the dispatcher look at the job after the delay, or after ``LONGEST_DELAY`` if it is longer."""
    seconds = math.ceil(max(timedelta(), min(LONGEST_DELAY, delay)).total_seconds())
    _send({"job_id": job_id}, seconds)


def _fill_again(scheduler: SchedulerState) -> None:
    # In the words in which the dispatcher is told that the scheduler was opened.
    _send({"config_version": scheduler.config_version}, seconds=0)


def _send(message: dict[str, Any], seconds: int) -> None:
    url = settings().dispatch_queue_url
    sqs().send_message(QueueUrl=url, MessageBody=json.dumps(message), DelaySeconds=seconds)


def _attend_running(job: Job, now: datetime) -> None:
    is_new = job.started_at is not None and now - job.started_at < _STARTED_WITHIN
    if is_new and job.cancel_requested_at is None:
        return
    run = find_run(job.job_id, job.run_number)
    # A run ends because its execution ended, so one claimed but not started yet is started even to be stopped.
    if run and not executions.has_begun(job, run):
        start_run(run, now)
    if run:
        stop_if_cancelled(job, run, now)


def _go_on(job: Job, now: datetime) -> Job:
    """The job, queued if a step of it was finished elsewhere."""
    if settings().job_state_listener:
        return go_on(job, now)
    if finished_elsewhere(job, now):
        # Until the listener is on again: the reconciler will find it.
        transitions.look_again(job, now)
    return job


def _claim(
    job_id: str, seen: Job | None, scheduler: SchedulerState, now: datetime
) -> tuple[Run | None, SchedulerState]:
    """Claim the job if it is still there to claim and there is room for it; the run, and the scheduler after it.

    Nothing is read that is not needed: job and scheduler as they were seen last are good until a claim fails on them.
    """
    for attempt in range(_CLAIM_TRIES):
        job = find_job(job_id) if attempt or seen is None else seen
        if job is None or job.status is not JobStatus.QUEUED or not scheduler.has_room(job, now):
            return None, scheduler
        if attempt:
            back_off(attempt)
        run = transitions.claim(job, scheduler, now)
        if run:
            logger.info("claimed", extra=about(run))
            return run, scheduler.with_claimed(job, now)
        scheduler = read_scheduler()
    logger.warning("claim contended; left to a later dispatch", extra={"job_id": job_id})
    return None, scheduler


def _candidates(scheduler: SchedulerState, named: list[Job], now: datetime) -> Iterator[str]:
    """Ids of jobs that may fit: direct requests first, then the queue in its order."""
    direct = [reservation.job_id for reservation in scheduler.reserved(now)]
    heads = [
        _lane_head(lane, room, now)
        for lane in lanes.list_lanes()
        if (room := scheduler.lane_room(lane.tenant_id, lane.type, now))
    ]
    heads.append(sorted((queue_position(job), job.job_id) for job in named))
    yield from dict.fromkeys(direct + [job_id for _, job_id in heapq.merge(*heads)])


def _lane_head(lane: lanes.Lane, room: int, now: datetime) -> list[tuple[str, str]]:
    """The lane's first jobs: a few more than there is room for, as others may claim some of them first."""
    found = dynamodb().query(
        TableName=settings().table_name,
        IndexName=QUEUE_INDEX,
        KeyConditionExpression="queue_pk = :lane",
        ExpressionAttributeValues=to_item({":lane": lane_partition(lane.tenant_id, lane.type)}),
        Limit=min(room, _CLAIMS_AT_MOST) + _SPARE,
    )
    items = [from_item(item) for item in found["Items"]]
    if not items:
        lanes.drop_if_idle(lane, now)
    return [(item["queue_sk"], item["pk"].removeprefix("JOB#")) for item in items]
