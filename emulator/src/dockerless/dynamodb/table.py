"""A table: its items, secondary indexes, stream and expiry."""

import uuid
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from dockerless.dynamodb.errors import ValidationError
from dockerless.dynamodb.index import Item, Key, SortedIndex, key_function
from dockerless.dynamodb.schema import IndexSchema, KeySchema, check_index_keys, check_item_key
from dockerless.dynamodb.streams import Stream
from dockerless.dynamodb.values import Attributes, attributes_size

_MAX_ITEM_BYTES = 400 * 1024


class SecondaryIndex:
    """A secondary index and the entries it holds."""

    def __init__(self, schema: IndexSchema, table_keys: KeySchema) -> None:
        self.schema = schema
        # Index keys need not be unique: the table's key tells equal ones apart.
        extra = tuple(name for name in table_keys.names if name not in schema.keys.names)
        self.key_names = (*schema.keys.names, *extra)
        self.projected = schema.projected(table_keys)
        self.items = SortedIndex(key_function(self.key_names))
        self.size = 0

    def replace(self, old: Item | None, new: Item | None) -> None:
        """Follows a write of the table."""
        had, has = self.items.replace(old, new)
        self.size += (self.entry_size(new) if new and has else 0) - (
            self.entry_size(old) if old and had else 0
        )

    def image(self, item: Item) -> Attributes:
        """The attributes of `item` that the index holds."""
        if self.projected is None:
            return item.attributes
        return {name: value for name, value in item.attributes.items() if name in self.projected}

    def entry_size(self, item: Item) -> int:
        """Bytes of the entry made of `item`."""
        return item.size if self.projected is None else attributes_size(self.image(item))


@dataclass
class Settings:
    """What is stored about a table only to be described again."""

    billing_mode: str
    throughput: dict[str, Any]
    sse: dict[str, Any] | None = None
    table_class: str | None = None
    deletion_protection: bool = False
    point_in_time_recovery: dict[str, Any] | None = None
    tags: dict[str, str] = field(default_factory=dict)


class Table:
    """The items of one table and everything that follows from a write to them."""

    def __init__(
        self,
        name: str,
        arn: str,
        keys: KeySchema,
        types: Mapping[str, str],
        settings: Settings,
        clock: Callable[[], float],
    ) -> None:
        self.name = name
        self.arn = arn
        self.id = str(uuid.uuid4())
        self.created = clock()
        self.keys = keys
        self.types = dict(types)
        self.settings = settings
        self.items = SortedIndex(key_function(keys.names))
        self.indexes: dict[str, SecondaryIndex] = {}
        self.size = 0
        self.stream: Stream | None = None
        self.ttl_attribute: str | None = None
        self.expiring: SortedIndex | None = None

    def key(self, attributes: Attributes) -> Key:
        """The table's key of an item, or of a request's checked Key."""
        key = self.items.key(attributes)
        assert key is not None, "keys are checked before they are used"
        return key

    def index(self, name: str) -> SecondaryIndex:
        """The secondary index called `name`; raises ValidationError when there is none."""
        try:
            return self.indexes[name]
        except KeyError:
            raise ValidationError(f"The table does not have the specified index: {name}") from None

    def add_index(self, schema: IndexSchema) -> None:
        """Creates a secondary index and fills it from the items."""
        index = SecondaryIndex(schema, self.keys)
        for item in self.items.all():
            # Items whose attributes do not fit the new index stay out of it, as on AWS.
            if all(self.types[name] in item.attributes.get(name, {}) for name in schema.keys.names):
                index.replace(None, item)
        self.indexes[schema.name] = index

    def check_item(self, attributes: Attributes, *, too_big: str) -> Item:
        """The item made of `attributes`.

        Raises:
            ValidationError: it breaks a key schema, or is larger than 400 KB (message `too_big`).
        """
        check_item_key(attributes, self.keys, self.types)
        for index in self.indexes.values():
            check_index_keys(attributes, index.schema, self.types)
        item = Item.of(attributes)
        if item.size > _MAX_ITEM_BYTES:
            raise ValidationError(too_big)
        return item

    def write(self, old: Item | None, new: Item | None, identity: dict[str, str] | None = None) -> None:
        """Replaces `old` by `new` (None: no item) and records the change in the stream."""
        if old is None and new is None:
            return
        self.items.replace(old, new)
        for index in self.indexes.values():
            index.replace(old, new)
        if self.expiring is not None:
            self.expiring.replace(old, new)
        self.size += (new.size if new else 0) - (old.size if old else 0)
        if self.stream is not None and self.stream.closed_at is None:
            self.stream.append(old, new, identity)
