"""Tags: an item for each tag of a job, so that the jobs with a tag are found without looking at any others."""

from typing import Any

from nightshift.models.job import Job
from nightshift.settings import settings
from nightshift.store.items import Item, to_item
from nightshift.store.keys import list_position, tag_partition


def put_tags(job: Job) -> list[dict[str, Any]]:
    """The writes that list a job under its tags."""
    return [_put(job, tag) for tag in job.tags]


def change_tags(job: Job, wanted: tuple[str, ...]) -> list[dict[str, Any]]:
    """The writes that list the job under the wanted tags in place of those it has."""
    dropped = (tag for tag in job.tags if tag not in wanted)
    added = (tag for tag in wanted if tag not in job.tags)
    return [_delete(job, tag) for tag in dropped] + [_put(job, tag) for tag in added]


def tag_key(job: Job, tag: str) -> Item:
    return to_item({"pk": tag_partition(job.tenant_id, tag), "sk": list_position(job)})


def _put(job: Job, tag: str) -> dict[str, Any]:
    item = to_item({"entity": "Tag", "job_id": job.job_id}) | tag_key(job, tag)
    return {"Put": {"TableName": settings().table_name, "Item": item}}


def _delete(job: Job, tag: str) -> dict[str, Any]:
    return {"Delete": {"TableName": settings().table_name, "Key": tag_key(job, tag)}}
