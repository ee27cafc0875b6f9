"""One builder for conditional writes, so that every transition reads as what it changes and on what condition."""

import itertools
import random
import re
import time
from collections.abc import Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any, cast

from botocore.exceptions import ClientError

from nightshift.clients import dynamodb
from nightshift.settings import settings
from nightshift.store.items import Item, from_item, to_item

if TYPE_CHECKING:
    from mypy_boto3_dynamodb.type_defs import TransactWriteItemTypeDef


WRITES_AT_MOST = 100
"""What one transaction can hold."""

_BACK_OFF_SECONDS = 0.05
_WAITS_AT_MOST = 5
_TRIES = 8


class Update:
    """An UpdateItem in the making.

    ``values`` are set, and removed where None; ``add`` increments numbers, and puts numbers into sets. ``condition``
    is an expression in which attributes are written ``#name`` and values ``:name``, the latter given in ``where``.
    """

    def __init__(
        self,
        key: Item,
        *,
        values: Mapping[str, Any] | None = None,
        add: Mapping[str, int | frozenset[int]] | None = None,
        condition: str = "",
        where: Mapping[str, Any] | None = None,
    ) -> None:
        values = values or {}
        kept = {name: value for name, value in values.items() if value is not None}
        dropped = [name for name, value in values.items() if value is None]
        clauses = []
        if kept:
            clauses.append("SET " + ", ".join(f"#{name} = :set_{name}" for name in kept))
        if dropped:
            clauses.append("REMOVE " + ", ".join(f"#{name}" for name in dropped))
        if add:
            clauses.append("ADD " + ", ".join(f"#{name} :add_{name}" for name in add))
        names = {*values, *(add or {}), *_names_in(condition)}
        bound = {f":set_{name}": value for name, value in kept.items()}
        bound |= {f":add_{name}": value for name, value in (add or {}).items()}
        bound |= {f":{name}": value for name, value in (where or {}).items()}
        self.arguments: dict[str, Any] = {
            "TableName": settings().table_name,
            "Key": key,
            "UpdateExpression": " ".join(clauses),
            "ExpressionAttributeNames": {f"#{name}": name for name in names},
        }
        if bound:
            self.arguments["ExpressionAttributeValues"] = to_item(bound)
        if condition:
            self.arguments["ConditionExpression"] = condition

    @property
    def write(self) -> dict[str, Any]:
        """The update as a part of a transaction."""
        return {"Update": self.arguments}

    def apply(self) -> bool:
        """Write it; False if the condition did not hold. Transactions in the way are waited for."""
        return self._send() is not None

    def apply_and_read(self) -> dict[str, Any] | None:
        """As ``apply``: the whole item as it then is, in plain values; None if the condition did not hold."""
        answer = self._send(ReturnValues="ALL_NEW")
        return None if answer is None else from_item(answer["Attributes"])

    def _send(self, **more: Any) -> Mapping[str, Any] | None:
        for attempt in itertools.count():
            try:
                return dynamodb().update_item(**self.arguments, **more)
            except ClientError as error:
                code = error.response["Error"]["Code"]
                if code == "ConditionalCheckFailedException":
                    return None
                if code != "TransactionConflictException" or attempt == _WAITS_AT_MOST:
                    raise
                back_off(attempt)
        raise AssertionError("unreachable")


def put_new(values: Mapping[str, Any], key: Item) -> dict[str, Any]:
    """Arguments of a PutItem that never overwrites."""
    return {
        "TableName": settings().table_name,
        "Item": to_item(values) | key,
        "ConditionExpression": "attribute_not_exists(pk)",
    }


def transact(*writes: Mapping[str, Any]) -> bool:
    """All of the writes or none; False if a condition did not hold or another transaction was in the way.

    In either case the state has to be read again before trying once more.
    """
    try:
        dynamodb().transact_write_items(TransactItems=cast("list[TransactWriteItemTypeDef]", list(writes)))
    except ClientError as error:
        if error.response["Error"]["Code"] not in ("TransactionCanceledException", "TransactionConflictException"):
            raise
        if _failed_for_other_reasons(error):
            raise
        return False
    return True


def transact_with(writes: Sequence[Mapping[str, Any]], beside: Sequence[Mapping[str, Any]]) -> bool:
    """As ``transact``, with writes beside that have no conditions and do no harm if the others fail.

    Of those, as many as fit are in the same transaction; the rest goes before it, in transactions of their own.
    """
    room = WRITES_AT_MOST - len(writes)
    ahead = itertools.batched(beside[room:], WRITES_AT_MOST, strict=False)
    return all(transact(*some) for some in ahead) and transact(*writes, *beside[:room])


def tries() -> Iterator[int]:
    """Counts some tries at a contended write, from 0, and waits before each but the first: what it is written over is
    to be read after that."""
    for attempt in range(_TRIES):
        if attempt:
            back_off(attempt - 1)
        yield attempt


def back_off(attempt: int) -> None:
    """Wait a little before trying a contended write again: full jitter, up to 50 ms doubled with each attempt."""
    time.sleep(random.random() * _BACK_OFF_SECONDS * 2**attempt)


def _failed_for_other_reasons(error: ClientError) -> bool:
    reasons = error.response.get("CancellationReasons", [])
    expected = {"None", "ConditionalCheckFailed", "TransactionConflict"}
    return any(reason.get("Code", "None") not in expected for reason in reasons)


def _names_in(condition: str) -> list[str]:
    return re.findall(r"#(\w+)", condition)
