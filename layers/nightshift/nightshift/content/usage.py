"""What jobs spent on models: summed in the run, in the job, and for each day, type and model."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Literal

from pydantic import ValidationError

from nightshift.clients import dynamodb
from nightshift.models.run import Run, Step
from nightshift.models.usage import OperationSpent, Spent
from nightshift.settings import settings
from nightshift.store.items import from_item, to_item
from nightshift.store.keys import usage_key, usage_partition
from nightshift.store.write import Update

GroupBy = Literal["day", "type", "model"]

READ_AT_MOST = 2000
_MODELS_AT_MOST = 10
_SUMS = ("calls", "input_tokens", "output_tokens", "cost_microusd")


@dataclass(frozen=True, slots=True)
class Report:
    """Sums by the value they were grouped by. ``capped``: there was more than could be read."""

    groups: dict[str, Spent]
    total: Spent
    capped: bool


def usage_of(steps: Iterable[Step]) -> tuple[OperationSpent, ...]:
    """What the steps spent, failed ones too, as their programs said."""
    found: list[OperationSpent] = []
    for step in steps:
        entries = (step.output or {}).get("usage")
        for entry in entries if isinstance(entries, list) else ():
            try:
                found.append(OperationSpent.model_validate(entry))
            except ValidationError:  # a program of somebody's own may mean something else by the word
                continue
    return merged(found)


def merged(entries: Iterable[OperationSpent]) -> tuple[OperationSpent, ...]:
    """One entry for each operation and model."""
    sums: dict[tuple[str, str], OperationSpent] = {}
    for entry in entries:
        place = (entry.operation, entry.model)
        before = sums.get(place)
        sums[place] = entry.model_copy(update=_added(before, entry)) if before else entry
    return tuple(sums.values())


def usage_writes(run: Run, spent: Sequence[OperationSpent], now: datetime) -> list[dict[str, Any]]:
    """The writes that add a run's spending to the day's; for the transaction that ends the run."""
    models = sorted({entry.model for entry in spent})[:_MODELS_AT_MOST]
    day = now.date().isoformat()
    return [
        Update(
            usage_key(run.tenant_id, day, run.type, model),
            values={"entity": "Usage", "day": day, "type": run.type, "model": model},
            add={name: sum(getattr(entry, name) for entry in spent if entry.model == model) for name in _SUMS},
        ).write
        for model in models
    ]


def report(tenant_id: str, first: date, last: date, group_by: GroupBy) -> Report:
    """What the tenant spent on the days from ``first`` to ``last``, both included, in UTC."""
    found = dynamodb().query(
        TableName=settings().table_name,
        KeyConditionExpression="pk = :pk AND sk BETWEEN :first AND :last",
        ExpressionAttributeValues=to_item(
            {":pk": usage_partition(tenant_id), ":first": first.isoformat(), ":last": f"{last.isoformat()}~"}
        ),
        Limit=READ_AT_MOST,
    )
    groups: dict[str, Spent] = {}
    total = Spent()
    for stored in found["Items"]:
        item = from_item(stored)
        spent = Spent.model_validate(item)
        before = groups.get(item[group_by], Spent())
        groups[item[group_by]] = Spent.model_validate(_added(before, spent))
        total = Spent.model_validate(_added(total, spent))
    return Report(groups, total, capped="LastEvaluatedKey" in found)


def _added(first: Spent, second: Spent) -> dict[str, int]:
    return {name: getattr(first, name) + getattr(second, name) for name in _SUMS}
