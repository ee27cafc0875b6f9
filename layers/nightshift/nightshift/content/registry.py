"""The registry of stories and cards: written when a run ends, read by id and newest first."""

import logging
from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from typing import Any

from pydantic import ValidationError

from nightshift.content.fingerprints import fingerprints_item
from nightshift.content.records import RECORDS, Record
from nightshift.errors import NotFoundError
from nightshift.log_keys import about
from nightshift.models.run import Run, Step
from nightshift.models.status import StepStatus
from nightshift.settings import settings
from nightshift.store.expiry import expires_at
from nightshift.store.items import Item, to_item
from nightshift.store.keys import record_key, records_partition
from nightshift.store.partition import Page, list_partition
from nightshift.store.reading import read
from nightshift.store.reads import find_item

logger = logging.getLogger(__name__)


def writes_of(run: Run, steps: Sequence[Step], now: datetime) -> list[dict[str, Any]]:
    """The writes that register what the run's finished steps made; done twice they are done once.

    Raises nothing for what a program reported amiss: that is logged and left out.
    """
    # A transaction takes no item twice, whatever a program told.
    records = list({(record.kind, record.item_id): record for record in _records(run, steps)}.values())
    expires = {"expires_at": expires_at(now)}
    writes = []
    for kind in sorted({record.kind for record in records}):
        of_kind = [record for record in records if record.kind == kind]
        writes += [_put(fingerprints_item(run, kind, of_kind, now) | to_item(expires))]
    for record in records:
        values = record.model_dump(mode="json") | expires | {"entity": type(record).__name__}
        writes += [_put(to_item(values) | record_key(run.tenant_id, record.kind, record.item_id))]
    return writes


def get_record[R: Record](tenant_id: str, record: type[R], item_id: str) -> R:
    """The tenant's story or card.

    Raises:
        NotFoundError: there is none.
    """
    item = find_item(record_key(tenant_id, record.kind, item_id))
    if item is None:
        raise NotFoundError(f"There is no {record.__name__.lower()} {item_id}.")
    return read(record, item)


def list_records[R: Record](tenant_id: str, record: type[R], limit: int, token: str | None) -> Page[R]:
    """One page, newest first: their ids begin with their time.

    Raises:
        InvalidCursorError: the token is not one of this listing's.
    """
    partition = records_partition(tenant_id, record.kind)
    return list_partition(record, partition, "", limit, token, newest_first=True)


def _records(run: Run, steps: Sequence[Step]) -> Iterator[Record]:
    for step in steps:
        if step.status is not StepStatus.DONE:
            continue
        for name, record in RECORDS.items():
            entries = (step.output or {}).get(name)
            for entry in entries if isinstance(entries, list) else ():
                if parsed := _parsed(record, entry, run, step):
                    yield parsed


def _parsed(record: type[Record], entry: Any, run: Run, step: Step) -> Record | None:
    """The record of one entry of a result summary, which a program wrote."""
    try:
        told = dict(entry) if isinstance(entry, Mapping) else {}
        of_run = {"job_id": run.job_id, "run_id": run.run_id}
        return record.model_validate({"created_at": step.finished_at or run.started_at} | told | of_run)
    except ValidationError as error:
        logger.warning("a result that is no %s", record.__name__, extra=about(run) | {"reason": str(error)})
        return None


def _put(item: Item) -> dict[str, Any]:
    return {"Put": {"TableName": settings().table_name, "Item": item}}
