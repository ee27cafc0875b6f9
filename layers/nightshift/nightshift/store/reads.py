"""Reads of single jobs and of what hangs on them; every read is of a bounded number of items."""

from collections.abc import Collection
from typing import Any

from nightshift.clients import dynamodb
from nightshift.errors import NotFoundError
from nightshift.models.base import Model
from nightshift.models.job import Job
from nightshift.models.run import Run, Step
from nightshift.models.status import StepStatus
from nightshift.settings import settings
from nightshift.store.items import Item, from_item, to_item
from nightshift.store.keys import job_key, run_key, steps_of
from nightshift.store.reading import read, read_all
from nightshift.store.recorded import counts

_KEY_BYTES_AT_MOST = {"pk": 2048, "sk": 1024}
_RUNS_AT_MOST = 200
_STEPS_AT_MOST = 500
_BENEATH_AT_MOST = 10_000
_GET_AT_MOST = 100


def find_item(key: Item, *, consistent: bool = True) -> dict[str, Any] | None:
    """The item's plain values, or None."""
    if any(len(part["S"].encode()) > _KEY_BYTES_AT_MOST[name] for name, part in key.items()):
        # A client may ask for any id; DynamoDB refuses a key that no item can have.
        return None
    found = dynamodb().get_item(TableName=settings().table_name, Key=key, ConsistentRead=consistent)
    return from_item(found["Item"]) if "Item" in found else None


def load_items(keys: list[Item]) -> list[dict[str, Any]]:
    """The items' plain values in the order of their keys, without those that do not exist."""
    found: dict[tuple[str, str], dict[str, Any]] = {}
    for start in range(0, len(keys), _GET_AT_MOST):
        request: Any = {settings().table_name: {"Keys": keys[start : start + _GET_AT_MOST]}}
        while request:
            answer = dynamodb().batch_get_item(RequestItems=request)
            for item in answer["Responses"].get(settings().table_name, []):
                found[item["pk"]["S"], item["sk"]["S"]] = from_item(item)
            request = answer.get("UnprocessedKeys")
    places = [(key["pk"]["S"], key["sk"]["S"]) for key in keys]
    return [found[place] for place in places if place in found]


def find_owned[M: Model](model: type[M], key: Item, tenant_id: str) -> M | None:
    """What the tenant has under the key; None if it has nothing there.

    Raises:
        UnreadableError: the item is none of that kind. Other tenants do not learn of it.
    """
    item = find_item(key)
    return read(model, item) if item and item.get("tenant_id") == tenant_id else None


def find_job(job_id: str) -> Job | None:
    """The job as it is now, whoever owns it: for event functions, which act for the system.

    Raises:
        UnreadableError: its item is no job.
    """
    item = find_item(job_key(job_id))
    return read(Job, item) if item else None


def get_job(tenant_id: str, job_id: str) -> Job:
    """The tenant's job as it is now.

    Raises:
        NotFoundError: there is none, or it is another tenant's.
        UnreadableError: its item is no job.
    """
    job = find_owned(Job, job_key(job_id), tenant_id)
    if job is None:
        raise NotFoundError(f"There is no job {job_id}.")
    return job


def find_run(job_id: str, run_number: int) -> Run | None:
    item = find_item(run_key(job_id, run_number))
    return read(Run, item) if item else None


def list_runs(job: Job) -> list[Run]:
    """The job's runs, newest first."""
    items = query_items(f"JOB#{job.job_id}", "RUN#", _RUNS_AT_MOST, newest_first=True)
    return read_all(Run, items)


def get_run(job: Job, run_id: str) -> Run:
    """Raises NotFoundError if the job has no such run."""
    for run in list_runs(job):
        if run.run_id == run_id:
            return run
    raise NotFoundError(f"Job {job.job_id} has no run {run_id}.")


def list_steps(run: Run, recorded: Collection[int]) -> list[Step]:
    """The steps that workers finished in this run, in the order they began; ``recorded`` is of the job."""
    items = query_items(f"JOB#{run.job_id}", steps_of(run.run_number), _STEPS_AT_MOST)
    return sorted((_step(item, run.run_id) for item in items if counts(item, recorded)), key=_began)


def latest_done(job_id: str, recorded: Collection[int]) -> dict[str, Step]:
    """By name, the steps of any of the job's runs as they were last done; ``recorded`` is of the job."""
    items = query_items(f"JOB#{job_id}", "STEP#", _STEPS_AT_MOST, newest_first=True)
    done: dict[str, Step] = {}
    for item in items:
        if item["status"] == StepStatus.DONE and counts(item, recorded):
            done.setdefault(item["name"], _step(item, item.get("run_id")))
    return done


def _step(item: dict[str, Any], run_id: str | None) -> Step:
    """The step, whose artifacts know the run that they are of."""
    artifacts = [{"run_id": run_id} | artifact for artifact in item.get("artifacts", ())]
    return read(Step, item | {"artifacts": artifacts})


def expiries_beneath(job_id: str) -> list[tuple[Item, int | None]]:
    """Keys and ``expires_at`` of what hangs on the job: runs, steps and whatever else lies in its partition."""
    partition = {
        "KeyConditionExpression": "pk = :pk",
        "ExpressionAttributeValues": to_item({":pk": f"JOB#{job_id}"}),
        "ProjectionExpression": "pk, sk, expires_at",
    }
    found = [(item, from_item(item).get("expires_at")) for item in _query(partition, _BENEATH_AT_MOST)]
    keyed = [({name: item[name] for name in ("pk", "sk")}, expires_at) for item, expires_at in found]
    return [(key, expires_at) for key, expires_at in keyed if key != job_key(job_id)]


def _began(step: Step) -> tuple[str, int]:
    return (step.started_at.isoformat() if step.started_at else "", step.iteration)


def query_items(partition: str, prefix: str, limit: int, *, newest_first: bool = False) -> list[dict[str, Any]]:
    """Plain values of the items of a partition whose sort keys begin so, in the keys' order or against it."""
    part = {
        "KeyConditionExpression": "pk = :pk AND begins_with(sk, :prefix)",
        "ExpressionAttributeValues": to_item({":pk": partition, ":prefix": prefix}),
        "ScanIndexForward": not newest_first,
    }
    return [from_item(item) for item in _query(part, limit)]


def _query(arguments: dict[str, Any], limit: int) -> list[Item]:
    items: list[Item] = []
    more: Any = {}
    while len(items) < limit:
        # One answer of DynamoDB holds 1 MB.
        found = dynamodb().query(
            TableName=settings().table_name, ConsistentRead=True, Limit=limit - len(items), **arguments, **more
        )
        items += found["Items"]
        if "LastEvaluatedKey" not in found:
            break
        more = {"ExclusiveStartKey": found["LastEvaluatedKey"]}
    return items
