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
from nightshift.store.keys import STATUS_INDEX, TENANT_INDEX, TYPE_INDEX, job_key, list_position
from nightshift.store.reads import load_items

COUNT_AT_MOST = 1000


@dataclass(frozen=True, slots=True)
class JobFilter:
    """Which of the tenant's jobs to list. With both status and type, pages may hold fewer jobs than asked for."""

    tenant_id: str
    status: JobStatus | None = None
    type: str | None = None
    created_after: datetime | None = None
    created_before: datetime | None = None

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
    arguments = _query(place) | {"Limit": limit, "ScanIndexForward": False}
    if token:
        arguments["ExclusiveStartKey"] = _start_key(wanted, place, token)
    if place.after > place.before:
        # DynamoDB refuses a range that ends before it begins.
        return Page([], None)
    found = dynamodb().query(**arguments)
    ids = [from_item({"pk": item["pk"]})["pk"].removeprefix("JOB#") for item in found["Items"]]
    jobs = [job for job in load_jobs(ids) if _matches(job, wanted)]
    last = found.get("LastEvaluatedKey")
    return Page(jobs, _token(wanted, from_item(last)["list_sk"]) if last else None)


def token_after(wanted: JobFilter, job: Job) -> str:
    """The token of the page that begins after the job, for those who give out less than a page."""
    return _token(wanted, list_position(job))


def count_jobs(tenant_id: str, status: JobStatus) -> Count:
    """How many of the tenant's jobs are in that state."""
    found = dynamodb().query(**_query(_place(JobFilter(tenant_id, status=status))), Select="COUNT", Limit=COUNT_AT_MOST)
    return Count(found["Count"], capped="LastEvaluatedKey" in found)


def oldest_jobs(tenant_id: str, status: JobStatus, limit: int) -> list[Job]:
    """The longest-lived of the tenant's jobs in that state."""
    found = dynamodb().query(**_query(_place(JobFilter(tenant_id, status=status))), Limit=limit)
    return load_jobs([from_item({"pk": item["pk"]})["pk"].removeprefix("JOB#") for item in found["Items"]])


@dataclass(frozen=True, slots=True)
class _Place:
    """Where in which index a listing lies: the partition, and the range of ``list_sk`` with both its ends."""

    index: str
    partition_key: str
    partition: str
    after: str
    before: str


def _place(wanted: JobFilter) -> _Place:
    tenant = f"TENANT#{wanted.tenant_id}"
    after = rfc3339(wanted.created_after) + "~" if wanted.created_after else "0"
    before = rfc3339(wanted.created_before) if wanted.created_before else "~"
    if wanted.status:
        return _Place(STATUS_INDEX, "status_pk", f"{tenant}#STATUS#{wanted.status}", after, before)
    if wanted.type:
        return _Place(TYPE_INDEX, "type_pk", f"{tenant}#TYPE#{wanted.type}", after, before)
    return _Place(TENANT_INDEX, "tenant_pk", tenant, after, before)


def _query(place: _Place) -> dict[str, Any]:
    values = {":partition": place.partition, ":after": place.after, ":before": place.before}
    return {
        "TableName": settings().table_name,
        "IndexName": place.index,
        "KeyConditionExpression": f"{place.partition_key} = :partition AND list_sk BETWEEN :after AND :before",
        "ExpressionAttributeValues": to_item(values),
    }


def load_jobs(job_ids: list[str]) -> list[Job]:
    """The jobs in the order of their ids; an index may name a job that has just gone."""
    return [Job.model_validate(item) for item in load_items([job_key(job_id) for job_id in job_ids])]


def _matches(job: Job, wanted: JobFilter) -> bool:
    # The index may lag behind the job, and the status index knows nothing of the type.
    return wanted.status in (None, job.status) and wanted.type in (None, job.type)


def _token(wanted: JobFilter, position: str) -> str:
    return token_of(wanted.fingerprint(), position)


def _start_key(wanted: JobFilter, place: _Place, token: str) -> Item:
    # Of the token only the position is taken; the rest of the key follows from it and from the filter, so that a
    # forged token can at most name another place in the same listing.
    position, job_id = position_in(token, wanted.fingerprint(), place.after, place.before)
    return job_key(job_id) | to_item({"list_sk": position, place.partition_key: place.partition})
