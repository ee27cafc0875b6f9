"""Sorted indexes: the table itself, its secondary indexes and its expiry times."""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from sortedcontainers import SortedDict

from dockerless.dynamodb.values import Attributes, Sortable, attributes_size, sortable

type Key = tuple[Sortable, ...]


@dataclass(frozen=True, slots=True)
class Item:
    """A stored item. Never changed in place: a write replaces it."""

    attributes: Attributes
    size: int

    @classmethod
    def of(cls, attributes: Attributes) -> "Item":
        """The item made of canonical attributes."""
        return cls(attributes, attributes_size(attributes))


class Last:
    """As a member of a key tuple: greater than every value that starts with `prefix`.

    Without a prefix, greater than every value.
    """

    def __init__(self, prefix: str | bytes | None = None) -> None:
        self._prefix = prefix

    def __gt__(self, other: Any) -> bool:
        return self._prefix is None or other[: len(self._prefix)] <= self._prefix

    def __lt__(self, other: Any) -> bool:
        return not self > other


@dataclass(frozen=True, slots=True)
class Bounds:
    """A range of keys, by default of all."""

    low: tuple[Any, ...] = ()
    high: tuple[Any, ...] = (Last(),)
    include_low: bool = True
    include_high: bool = True


class SortedIndex:
    """Items in the order of a key that is computed from their attributes.

    Items without a key are not in the index (a sparse index).
    """

    def __init__(self, key: Callable[[Attributes], Key | None]) -> None:
        self.key = key
        self._items: Any = SortedDict()

    def __len__(self) -> int:
        return len(self._items)

    def get(self, key: Key) -> Item | None:
        """The item at exactly `key`."""
        found: Item | None = self._items.get(key)
        return found

    def replace(self, old: Item | None, new: Item | None) -> tuple[bool, bool]:
        """Takes `old` out and puts `new` in; returns whether each of them has a key."""
        old_key = self.key(old.attributes) if old else None
        new_key = self.key(new.attributes) if new else None
        if old_key is not None and old_key != new_key:
            del self._items[old_key]
        if new_key is not None:
            self._items[new_key] = new
        return old_key is not None, new_key is not None

    def all(self) -> Iterable[Item]:
        """Every item, in the order of its key."""
        items: Iterable[Item] = self._items.values()
        return items

    def within(self, bounds: Bounds, *, forward: bool = True) -> Iterator[tuple[Key, Item]]:
        """Keys and items inside `bounds`, found without looking at the others."""
        keys = self._items.irange(
            bounds.low, bounds.high, (bounds.include_low, bounds.include_high), reverse=not forward
        )
        return ((key, self._items[key]) for key in keys)


def key_function(names: tuple[str, ...]) -> Callable[[Attributes], Key | None]:
    """The key made of the attributes `names`; None when one of them is missing."""

    def key(attributes: Attributes) -> Key | None:
        try:
            return tuple([sortable(attributes[name]) for name in names])
        except KeyError:
            return None

    return key
