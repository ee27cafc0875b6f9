"""Listings of a tenant's jobs, newest first, a page at a time."""

import hashlib
import json
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any

from nightshift.clients import dynamodb
from nightshift.clock import rfc3339
from nightshift.models.job import Job
from nightshift.models.status import JobStatus
from nightshift.settings import settings
from nightshift.store.cursor import position_in, token_of
from nightshift.store.items import Item, from_item, to_item
from nightshift.store.keys import (
    QUEUE_INDEX,
    STATUS_INDEX,
    TENANT_INDEX,
    TYPE_INDEX,
    batch_key,
    job_key,
    list_position,
    scheduled_of,
    tag_partition,
)
from nightshift.store.reading import read_all
from nightshift.store.reads import find_item, load_items

COUNT_AT_MOST = 1000


@dataclass(frozen=True, slots=True)
class JobFilter:
    """Which of the tenant's jobs to list.

    The first given of batch, tag, status and type says where they are looked up, and the times bound what is looked
    up there; a page leaves out what the others do not want, so that it may hold fewer jobs than asked for.
    """

    tenant_id: str
    status: JobStatus | None = None
    type: str | None = None
    created_after: datetime | None = None
    created_before: datetime | None = None
    tag: str | None = None
    batch_id: str | None = None

    def fingerprint(self) -> str:
        """What a page token is bound to."""
        text = json.dumps(asdict(self), sort_keys=True, default=str)
        return hashlib.sha256(text.encode()).hexdigest()[:16]


@dataclass(frozen=True, slots=True)
class Page:
    jobs: list[Job]
    next_token: str | None


@dataclass(frozen=True, slots=True)
class Count:
    """Exact up to ``COUNT_AT_MOST``; ``capped`` says that there are more."""

    value: int
    capped: bool


def list_jobs(wanted: JobFilter, limit: int, token: str | None) -> Page:
    """One page.

    Raises:
        InvalidCursorError: the token is not one of this listing's.
    """
    place = _place(wanted)
    start = position_in(token, wanted.fingerprint(), place.after, place.before) if token else None
    if place.after > place.before:
        # DynamoDB refuses a range that ends before it begins.
        return Page([], None)
    if wanted.batch_id is not None:
        return _page_of_batch(wanted, place, limit, start[0] if start else None)
    arguments = _query(place) | {"Limit": limit, "ScanIndexForward": False}
    if start:
        arguments["ExclusiveStartKey"] = _start_key(place, *start)
    found = dynamodb().query(**arguments)
    jobs = [job for job in load_jobs(_ids(found["Items"])) if _matches(job, wanted)]
    last = found.get("LastEvaluatedKey")
    return Page(jobs, _token(wanted, from_item(last)[place.sort_key]) if last else None)


def _page_of_batch(wanted: JobFilter, place: "_Place", limit: int, start: str | None) -> Page:
    """A page of the batch's jobs, which are at most 50 and all named by the batch."""
    batch = find_item(batch_key(wanted.batch_id or ""))
    if batch is None or batch["tenant_id"] != wanted.tenant_id:
        return Page([], None)
    end = place.before if start is None else start
    members = sorted(load_jobs(batch["job_ids"]), key=list_position, reverse=True)
    jobs = [
        job
        for job in members
        if _matches(job, wanted) and place.after <= list_position(job) <= end and list_position(job) != start
    ]
    return Page(jobs[:limit], token_after(wanted, jobs[limit - 1]) if len(jobs) > limit else None)


def token_after(wanted: JobFilter, job: Job) -> str:
    """The token of the page that begins after the job, for those who give out less than a page."""
    return _token(wanted, list_position(job))


def count_jobs(tenant_id: str, status: JobStatus) -> Count:
    """How many of the tenant's jobs are in that state."""
    place = _place(JobFilter(tenant_id, status=status))
    # One more, which tells whether there are more.
    found = dynamodb().query(**_query(place), Select="COUNT", Limit=COUNT_AT_MOST + 1)["Count"]
    return Count(min(found, COUNT_AT_MOST), capped=found > COUNT_AT_MOST)


def oldest_jobs(tenant_id: str, status: JobStatus, limit: int) -> list[Job]:
    """The longest-lived of the tenant's jobs in that state."""
    found = dynamodb().query(**_query(_place(JobFilter(tenant_id, status=status))), Limit=limit)
    return load_jobs(_ids(found["Items"]))


def soonest_jobs(tenant_id: str, limit: int) -> list[Job]:
    """The tenant's SCHEDULED jobs whose times come next."""
    found = dynamodb().query(
        TableName=settings().table_name,
        IndexName=QUEUE_INDEX,
        KeyConditionExpression="queue_pk = :scheduled",
        ExpressionAttributeValues=to_item({":scheduled": scheduled_of(tenant_id)}),
        Limit=limit,
    )
    return [job for job in load_jobs(_ids(found["Items"])) if job.status is JobStatus.SCHEDULED]


@dataclass(frozen=True, slots=True)
class _Place:
    """Where a listing lies: the partition of the index, or of the table itself, and the range with both its ends."""

    index: str | None
    partition_key: str
    partition: str
    after: str
    before: str

    @property
    def sort_key(self) -> str:
        return "list_sk" if self.index else "sk"


def _place(wanted: JobFilter) -> _Place:
    tenant = f"TENANT#{wanted.tenant_id}"
    after = rfc3339(wanted.created_after) + "~" if wanted.created_after else "0"
    before = rfc3339(wanted.created_before) if wanted.created_before else "~"
    if wanted.tag is not None:
        return _Place(None, "pk", tag_partition(wanted.tenant_id, wanted.tag), after, before)
    if wanted.status:
        return _Place(STATUS_INDEX, "status_pk", f"{tenant}#STATUS#{wanted.status}", after, before)
    if wanted.type:
        return _Place(TYPE_INDEX, "type_pk", f"{tenant}#TYPE#{wanted.type}", after, before)
    return _Place(TENANT_INDEX, "tenant_pk", tenant, after, before)


def _query(place: _Place) -> dict[str, Any]:
    values = {":partition": place.partition, ":after": place.after, ":before": place.before}
    query = {
        "TableName": settings().table_name,
        "KeyConditionExpression": f"{place.partition_key} = :partition AND {place.sort_key} BETWEEN :after AND :before",
        "ExpressionAttributeValues": to_item(values),
    }
    return query | ({"IndexName": place.index} if place.index else {})


def load_jobs(job_ids: list[str]) -> list[Job]:
    """The jobs in the order of their ids; an index may name a job that has just gone."""
    return read_all(Job, load_items([job_key(job_id) for job_id in job_ids]))


def _matches(job: Job, wanted: JobFilter) -> bool:
    # An index may lag behind the job, and knows nothing of what it does not lead by.
    return (
        wanted.status in (None, job.status)
        and wanted.type in (None, job.type)
        and wanted.batch_id in (None, job.batch_id)
        and (wanted.tag is None or wanted.tag in job.tags)
    )


def _token(wanted: JobFilter, position: str) -> str:
    return token_of(wanted.fingerprint(), position)


def _start_key(place: _Place, position: str, job_id: str) -> Item:
    # Of a token only the position is taken; the rest of the key follows from it and from the filter, so that a
    # forged token can at most name another place in the same listing.
    start = to_item({place.partition_key: place.partition, place.sort_key: position})
    return start | (job_key(job_id) if place.index else {})


def _ids(items: list[Item]) -> list[str]:
    """Ids of the jobs that the items of an index, or the items of a tag, stand for."""
    return [item["job_id"]["S"] if "job_id" in item else item["pk"]["S"].removeprefix("JOB#") for item in items]
