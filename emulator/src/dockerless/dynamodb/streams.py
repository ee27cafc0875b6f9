"""A table's change log, read through DynamoDB Streams."""

import uuid
from collections.abc import Callable
from datetime import UTC, datetime
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


class Stream:
    """The records of one stream, numbered without gaps, oldest first.

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
        self._region = region
        self._clock = clock
        self._records: list[dict[str, Any]] = []
        self._times: list[float] = []
        self.first = _FIRST_SEQUENCE_NUMBER

    @property
    def next(self) -> int:
        """The sequence number the next record will have."""
        return self.first + len(self._records)

    def append(self, old: Item | None, new: Item | None, identity: dict[str, str] | None = None) -> None:
        """Records the change from `old` to `new`; a write that changed nothing leaves no record."""
        if old is not None and new is not None and old.attributes == new.attributes:
            return
        name = "INSERT" if old is None else "REMOVE" if new is None else "MODIFY"
        some = new or old
        assert some is not None
        keys: Attributes = {key: some.attributes[key] for key in self.keys.names}
        now = self._clock()
        change: dict[str, Any] = {
            # AWS gives whole seconds.
            "ApproximateCreationDateTime": datetime.fromtimestamp(int(now), UTC),
            "Keys": keys,
            "SequenceNumber": str(self.next),
            "SizeBytes": attributes_size(keys),
            "StreamViewType": self.view_type,
        }
        for image, item, wanted in (("NewImage", new, _NEW_IMAGE), ("OldImage", old, _OLD_IMAGE)):
            if item is not None and self.view_type in wanted:
                change[image] = item.attributes
                change["SizeBytes"] += item.size
        record: dict[str, Any] = {
            "eventID": uuid.uuid4().hex,
            "eventName": name,
            "eventVersion": "1.1",
            "eventSource": "aws:dynamodb",
            "awsRegion": self._region,
            "dynamodb": change,
        }
        if identity:
            record["userIdentity"] = identity
        self._records.append(record)
        self._times.append(now)

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
        for record in self._records[start : start + limit]:
            total += record["dynamodb"]["SizeBytes"]
            if taken and total > _MAX_RESPONSE_BYTES:
                break
            # LocalStack's pollers write into the record they are given.
            taken.append({**record, "dynamodb": dict(record["dynamodb"])})
        following = position + len(taken)
        return taken, None if self.closed_at is not None and following >= self.next else following

    def trim(self, horizon: float) -> None:
        """Drops the records written before `horizon`, in seconds since the epoch."""
        kept = next((place for place, time in enumerate(self._times) if time >= horizon), len(self._times))
        del self._records[:kept], self._times[:kept]
        self.first += kept

    def close(self) -> None:
        """Takes no more records; what is there stays readable until trimmed."""
        self.closed_at = self._clock()
