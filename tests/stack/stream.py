"""What really happened in the table, and in which order: the record that its own stream keeps."""

from collections.abc import Iterator
from typing import Any

from nightshift.store.items import from_item
from scripts.stack import client_options, session
from tests.stack.deployed import Deployed

type Item = dict[str, Any]


class Changes:
    """The table's changes since this was made. The emulator's streams have one shard, so their order is total."""

    def __init__(self, stack: Deployed) -> None:
        self._streams: Any = session().client("dynamodbstreams", **client_options(stack.stack.instance))
        arn = stack.dynamodb.describe_table(TableName=stack.table_name)["Table"]["LatestStreamArn"]
        (shard,) = self._streams.describe_stream(StreamArn=arn)["StreamDescription"]["Shards"]
        self._iterator = self._streams.get_shard_iterator(
            StreamArn=arn, ShardId=shard["ShardId"], ShardIteratorType="LATEST"
        )["ShardIterator"]

    def read(self) -> Iterator[tuple[Item, Item]]:
        """Each put and update until now: the item before (empty if there was none) and after."""
        while records := (page := self._streams.get_records(ShardIterator=self._iterator))["Records"]:
            self._iterator = page["NextShardIterator"]
            for record in records:
                images = record["dynamodb"]
                if "NewImage" in images:
                    yield from_item(images.get("OldImage", {})), from_item(images["NewImage"])
