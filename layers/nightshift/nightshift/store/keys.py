"""Every key of the table and its indexes. The README beside this package lists which access pattern uses which."""

import re
from datetime import datetime
from typing import TYPE_CHECKING, Any

from nightshift.clock import rfc3339
from nightshift.models.status import JobStatus
from nightshift.store.items import Item, to_item

if TYPE_CHECKING:
    # Workers use these keys too, and need no models: importing them takes longer than starting a worker.
    from nightshift.models.article import Article
    from nightshift.models.job import Job
    from nightshift.models.schedule import Schedule

QUEUE_INDEX = "queue"
TENANT_INDEX = "by-tenant"
STATUS_INDEX = "by-status"
TYPE_INDEX = "by-type"
DUE_INDEX = "due"

LANES = "LANES"
DUE_SCHEDULE = "DUE#SCHEDULE"
TENANTS = "TENANTS"
DELIVERIES = "DELIVERY#"


def job_key(job_id: str) -> Item:
    return to_item({"pk": f"JOB#{job_id}", "sk": "JOB"})


def run_key(job_id: str, run_number: int) -> Item:
    return to_item({"pk": f"JOB#{job_id}", "sk": f"RUN#{run_number:04d}"})


def step_key(job_id: str, run_number: int, iteration: int, step: str) -> Item:
    return to_item({"pk": f"JOB#{job_id}", "sk": f"{steps_of(run_number)}{iteration:04d}#{step}"})


def steps_of(run_number: int) -> str:
    """What the sort keys of a run's steps begin with."""
    return f"STEP#{run_number:04d}#"


def outside_step_key(job_id: str, run_number: int, step: str) -> Item:
    """Of a step that was finished elsewhere since that run ended: after all that the run has recorded."""
    return step_key(job_id, run_number, 9999, step)


def batch_key(batch_id: str) -> Item:
    return to_item({"pk": f"BATCH#{batch_id}", "sk": "BATCH"})


def tenant_key(tenant_id: str) -> Item:
    return to_item({"pk": TENANTS, "sk": tenant_id})


def key_key(sha256: str) -> Item:
    """Where a request finds the API key that it shows."""
    return to_item({"pk": f"KEY#{sha256}", "sk": "KEY"})


def tenant_keys(tenant_id: str) -> str:
    """The partition of what belongs to a tenant and is no job."""
    return f"TENANT#{tenant_id}"


def tenant_key_key(tenant_id: str, key_id: str) -> Item:
    return to_item({"pk": tenant_keys(tenant_id), "sk": f"KEY#{key_id}"})


def delivery_key(partition: str, version: int, event: str, attempt: int) -> Item:
    return to_item({"pk": partition, "sk": f"{deliveries_of(version, event)}{attempt:04d}"})


def deliveries_of(version: int, event: str) -> str:
    """What the sort keys of a message's deliveries begin with; later events sort after earlier ones."""
    return f"{DELIVERIES}{version:010d}#{event}#"


def keyed_request_key(tenant_id: str, request_id: str) -> Item:
    """Tells what a request with an Idempotency-Key has made."""
    return to_item({"pk": f"TENANT#{tenant_id}#REQUESTS", "sk": request_id})


def tenant_secret_key(tenant_id: str) -> Item:
    return to_item({"pk": tenant_keys(tenant_id), "sk": "WEBHOOK_SECRET"})


def schedule_key(schedule_id: str) -> Item:
    return to_item({"pk": f"SCHEDULE#{schedule_id}", "sk": "SCHEDULE"})


def article_key(article_id: str) -> Item:
    return to_item({"pk": f"ARTICLE#{article_id}", "sk": "ARTICLE"})


def article_inputs_key(tenant_id: str, inputs: str) -> Item:
    """Tells of the latest article that the tenant asked for with these inputs."""
    return to_item({"pk": f"TENANT#{tenant_id}#INPUTS", "sk": inputs})


def articles_of(tenant_id: str) -> str:
    """The partition in which a tenant's articles are listed."""
    return f"TENANT#{tenant_id}#ARTICLES"


def article_listing_keys(article: "Article") -> dict[str, str]:
    position = f"{rfc3339(article.created_at)}#{article.article_id}"
    return {"tenant_pk": articles_of(article.tenant_id), "list_sk": position}


def tag_partition(tenant_id: str, tag: str) -> str:
    return f"TENANT#{tenant_id}#TAG#{tag}"


def lane_key(tenant_id: str, job_type: str) -> Item:
    return to_item({"pk": LANES, "sk": f"{tenant_id}#{job_type}"})


def statistics_key(tenant_id: str) -> Item:
    return to_item({"pk": f"TENANT#{tenant_id}", "sk": "STATISTICS"})


def records_partition(tenant_id: str, kind: str) -> str:
    """Holds the tenant's stories or cards; their ids begin with their time, so they sort by it."""
    return f"TENANT#{tenant_id}#RECORDS#{kind}"


def record_key(tenant_id: str, kind: str, item_id: str) -> Item:
    return to_item({"pk": records_partition(tenant_id, kind), "sk": item_id})


def fingerprints_partition(tenant_id: str, kind: str) -> str:
    return f"TENANT#{tenant_id}#FINGERPRINTS#{kind}"


def fingerprints_key(tenant_id: str, kind: str, ended_at: str, run_id: str) -> Item:
    return to_item({"pk": fingerprints_partition(tenant_id, kind), "sk": f"{ended_at}#{run_id}"})


def usage_partition(tenant_id: str) -> str:
    return f"TENANT#{tenant_id}#USAGE"


def usage_key(tenant_id: str, day: str, job_type: str, model: str) -> Item:
    return to_item({"pk": usage_partition(tenant_id), "sk": f"{day}#{job_type}#{model}"})


SCHEDULER_KEY = to_item({"pk": "SCHEDULER", "sk": "STATE"})


def word(name: str) -> str:
    """The name as part of an attribute's, in whose placeholders expressions allow word characters only."""
    return re.sub(r"\W", lambda match: f"_{ord(match[0]):x}_", name)


def lane_partition(tenant_id: str, job_type: str) -> str:
    return f"LANE#{tenant_id}#{job_type}"


def queue_position(job: "Job") -> str:
    """Sorts by priority descending, then age, then id."""
    return f"{100 - job.priority:03d}#{rfc3339(job.created_at)}#{job.job_id}"


def behind_all(job_id: str) -> str:
    """The position of what is to stand behind every job of its lane."""
    return f"~#{job_id}"


def scheduled_of(tenant_id: str) -> str:
    """The partition in which a tenant's SCHEDULED jobs stand in the order of their times."""
    return f"SCHEDULED#{tenant_id}"


def list_position(job: "Job") -> str:
    return f"{rfc3339(job.created_at)}#{job.job_id}"


def listing_keys(job: "Job") -> dict[str, str]:
    """Index attributes that never change while the job lives."""
    return {
        "tenant_pk": f"TENANT#{job.tenant_id}",
        "type_pk": f"TENANT#{job.tenant_id}#TYPE#{job.type}",
        "list_sk": list_position(job),
    }


def schedules_of(tenant_id: str) -> str:
    """The partition in which a tenant's schedules are listed."""
    return f"TENANT#{tenant_id}#SCHEDULES"


def schedule_listing_keys(schedule: "Schedule") -> dict[str, str]:
    position = f"{rfc3339(schedule.created_at)}#{schedule.schedule_id}"
    return {"tenant_pk": schedules_of(schedule.tenant_id), "list_sk": position}


def schedule_due_keys(due_at: datetime | None) -> dict[str, str | None]:
    """``due_at`` is when the reconciler should look at the schedule if it has not fired by then; None: never."""
    return {"due_pk": DUE_SCHEDULE if due_at else None, "due_at": rfc3339(due_at) if due_at else None}


def status_keys(job: "Job", status: JobStatus, due_at: datetime | None = None) -> dict[str, Any]:
    """Index attributes that follow the status; None takes the job out of that index.

    ``due_at`` is when the reconciler should look at the job if no event has moved it on by then; of a SCHEDULED one
    that is its time.
    """
    queue, position = _place_in_queue(job, status, due_at)
    return {
        "status_pk": f"TENANT#{job.tenant_id}#STATUS#{status}",
        "queue_pk": queue,
        "queue_sk": position,
        "due_pk": f"DUE#{status}" if due_at else None,
        "due_at": rfc3339(due_at) if due_at else None,
    }


def _place_in_queue(job: "Job", status: JobStatus, due_at: datetime | None) -> tuple[str | None, str | None]:
    if status is JobStatus.QUEUED:
        return lane_partition(job.tenant_id, job.type), queue_position(job)
    if status is JobStatus.SCHEDULED and due_at:
        return scheduled_of(job.tenant_id), f"{rfc3339(due_at)}#{job.job_id}"
    return None, None
