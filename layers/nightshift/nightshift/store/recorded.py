"""Which steps of a job count: a worker writes a step's item before it tells the job of its end, and may die in between,
or be fenced. Workers use this too, and need no models: see ``keys``.
"""

from collections.abc import Collection, Mapping
from typing import Any

from nightshift.clients import dynamodb
from nightshift.settings import settings
from nightshift.store.items import from_item
from nightshift.store.keys import job_key


def counts(step: Mapping[str, Any], recorded: Collection[int]) -> bool:
    """Whether the step's item tells of a ``recorded`` step of its job, or was written together with the job."""
    begun = step.get("begun")
    return begun is None or begun in recorded


def recorded_steps(job_id: str) -> frozenset[int]:
    """The job's attribute of that name."""
    found = dynamodb().get_item(
        TableName=settings().table_name,
        Key=job_key(job_id),
        ConsistentRead=True,
        ProjectionExpression="recorded_steps",
    )
    recorded: frozenset[int] = from_item(found.get("Item", {})).get("recorded_steps", frozenset())
    return recorded
