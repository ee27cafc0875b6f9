"""Counts what AWS is asked for, at the clients that ask: unlike a time, a count is the same on a slow machine."""

import threading
from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import astuple, dataclass
from typing import Any

from botocore.client import BaseClient
from botocore.model import OperationModel

_READS = frozenset({"GetItem", "BatchGetItem", "Query", "Scan"})


@dataclass(frozen=True, slots=True)
class Usage:
    """What some calls came to.

    ``returned`` are the items that DynamoDB sent, ``scanned`` those that it read to find them; a query that only
    counts returns none. Capacity units include indexes and transactions, and are 0 where the service does not tell
    (moto makes them up). A call that was refused has units too, but DynamoDB does not tell them.
    """

    calls: int = 0
    returned: int = 0
    scanned: int = 0
    read_units: float = 0
    write_units: float = 0

    def __add__(self, other: "Usage") -> "Usage":
        return Usage(*(mine + theirs for mine, theirs in zip(astuple(self), astuple(other), strict=True)))


class Count:
    """The calls made so far, by service and operation, such as ``dynamodb.Query``."""

    def __init__(self) -> None:
        self.operations: defaultdict[str, Usage] = defaultdict(Usage)
        self._lock = threading.Lock()

    @property
    def total(self) -> Usage:
        return sum(self.operations.values(), Usage())

    def add(self, operation: str, usage: Usage) -> None:
        # Clients are shared between threads.
        with self._lock:
            self.operations[operation] += usage


@contextmanager
def counting(*clients: BaseClient) -> Iterator[Count]:
    """Counts the calls of these clients until the block ends; one that raised without an answer is counted too."""
    count = Count()

    def ask_for_units(params: Mapping[str, Any], model: OperationModel, **_: Any) -> Mapping[str, Any] | None:
        if model.input_shape is None or "ReturnConsumedCapacity" not in model.input_shape.members:
            return None
        return {**params, "ReturnConsumedCapacity": "INDEXES"}

    def begin(model: OperationModel, **_: Any) -> None:
        count.add(_name(model), Usage(calls=1))

    def end(model: OperationModel, parsed: Mapping[str, Any], **_: Any) -> None:
        count.add(_name(model), usage_of(model.name, parsed))

    hooks: dict[str, Callable[..., Any]] = {
        "provide-client-params.*.*": ask_for_units,
        "before-call.*.*": begin,
        "after-call.*.*": end,
    }
    for client in clients:
        for event, hook in hooks.items():
            # First, as a test may answer in the service's place, and whoever comes after it is not asked.
            client.meta.events.register_first(event, hook)
    try:
        yield count
    finally:
        for client in clients:
            for event, hook in hooks.items():
                client.meta.events.unregister(event, hook)


def _name(model: OperationModel) -> str:
    return f"{model.service_model.endpoint_prefix}.{model.name}"


def usage_of(operation: str, answer: Mapping[str, Any]) -> Usage:
    """What the answer tells beyond that the call was made."""
    by_table = answer.get("Responses", {}) if operation == "BatchGetItem" else {}
    returned = ("Item" in answer) + len(answer.get("Items", ())) + sum(len(items) for items in by_table.values())
    units = _units(answer.get("ConsumedCapacity"))
    return Usage(
        returned=returned,
        scanned=answer.get("ScannedCount", returned),
        read_units=units if operation in _READS else 0,
        write_units=0 if operation in _READS else units,
    )


def _units(consumed: Mapping[str, Any] | list[Mapping[str, Any]] | None) -> float:
    """Single operations tell of one table, batches and transactions of several."""
    tables = consumed if isinstance(consumed, list) else [consumed or {}]
    return sum(float(table.get("CapacityUnits", 0)) for table in tables)
