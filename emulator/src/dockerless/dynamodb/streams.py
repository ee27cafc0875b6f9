"""A table's change log, read through DynamoDB Streams."""

from bisect import bisect_left
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from hashlib import md5
from typing import Any

from localstack.aws.api.dynamodbstreams import TrimmedDataAccessException

from dockerless.dynamodb.index import Item
from dockerless.dynamodb.schema import KeySchema
from dockerless.dynamodb.values import Attributes, attributes_size

TTL_IDENTITY = {"Type": "Service", "PrincipalId": "dynamodb.amazonaws.com"}
SHARD_ID = "shardId-00000001541626099285-f35f62ef"
# AWS's sequence numbers have 21 digits and more; consumers compare them as numbers.
_FIRST_SEQUENCE_NUMBER = 100_000_000_000_000_000_001
_MAX_RESPONSE_BYTES = 1024 * 1024
_NEW_IMAGE = ("NEW_IMAGE", "NEW_AND_OLD_IMAGES")
_OLD_IMAGE = ("OLD_IMAGE", "NEW_AND_OLD_IMAGES")


@dataclass(frozen=True, slots=True)
class Change:
    """One write, as the log keeps it: small, and sharing the items with the table."""

    time: float
    old: Item | None
    new: Item | None
    identity: dict[str, str] | None


class Stream:
    """The changes of a table, numbered without gaps, oldest first.

    It has one shard, which is closed when the stream is disabled.
    """

    def __init__(
        self, table_arn: str, region: str, keys: KeySchema, view_type: str, clock: Callable[[], float]
    ) -> None:
        self.created = datetime.fromtimestamp(clock(), UTC)
        self.label = self.created.strftime("%Y-%m-%dT%H:%M:%S.") + f"{self.created.microsecond // 1000:03d}"
        self.arn = f"{table_arn}/stream/{self.label}"
        self.table_name = table_arn.rpartition("/")[2]
        self.keys = keys
        self.view_type = view_type
        self.closed_at: float | None = None
        self.first = _FIRST_SEQUENCE_NUMBER
        self._region = region
        self._clock = clock
        self._changes: list[Change] = []

    @property
    def next(self) -> int:
        """The sequence number the next record will have."""
        return self.first + len(self._changes)

    def append(self, old: Item | None, new: Item | None, identity: dict[str, str] | None = None) -> None:
        """Records the change from `old` to `new`; a write that changed nothing leaves no record."""
        if old is None or new is None or old.attributes != new.attributes:
            self._changes.append(Change(self._clock(), old, new, identity))

    def read(self, position: int, limit: int) -> tuple[list[dict[str, Any]], int | None]:
        """Records from `position` on, at most 1 MiB of them, and where to go on; None at a closed end.

        Raises:
            TrimmedDataAccessException: the record at `position` is past its retention.
        """
        if position < self.first:
            raise TrimmedDataAccessException(
                "The operation attempted to read past the oldest stream record in a shard."
            )
        taken: list[dict[str, Any]] = []
        total = 0
        start = position - self.first
        for number, change in enumerate(self._changes[start : start + limit], position):
            record = self._record(number, change)
            total += record["dynamodb"]["SizeBytes"]
            if taken and total > _MAX_RESPONSE_BYTES:
                break
            taken.append(record)
        following = position + len(taken)
        return taken, None if self.closed_at is not None and following >= self.next else following

    def _record(self, number: int, change: Change) -> dict[str, Any]:
        some = change.new or change.old
        assert some is not None
        keys: Attributes = {key: some.attributes[key] for key in self.keys.names}
        details: dict[str, Any] = {
            # AWS gives whole seconds.
            "ApproximateCreationDateTime": datetime.fromtimestamp(int(change.time), UTC),
            "Keys": keys,
            "SequenceNumber": str(number),
            "SizeBytes": attributes_size(keys),
            "StreamViewType": self.view_type,
        }
        images = (("NewImage", change.new, _NEW_IMAGE), ("OldImage", change.old, _OLD_IMAGE))
        for image, item, view_types in images:
            if item is not None and self.view_type in view_types:
                details[image] = item.attributes
                details["SizeBytes"] += item.size
        record: dict[str, Any] = {
            # The same however often the record is read.
            "eventID": md5(f"{self.arn}/{number}".encode(), usedforsecurity=False).hexdigest(),
            "eventName": "INSERT" if change.old is None else "REMOVE" if change.new is None else "MODIFY",
            "eventVersion": "1.1",
            "eventSource": "aws:dynamodb",
            "awsRegion": self._region,
            "dynamodb": details,
        }
        if change.identity:
            record["userIdentity"] = change.identity
        return record

    def trim(self, horizon: float) -> None:
        """Drops the records written before `horizon`, in seconds since the epoch."""
        kept = bisect_left(self._changes, horizon, key=lambda change: change.time)
        del self._changes[:kept]
        self.first += kept

    def close(self) -> None:
        """Takes no more records; what is there stays readable until trimmed."""
        self.closed_at = self._clock()
