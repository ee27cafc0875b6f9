"""Things to do at a moment, in order."""

import heapq
from collections.abc import Callable
from datetime import datetime
from itertools import count
from threading import Condition


class Timeline[T]:
    """A queue of items by moment that many threads may fill and one empties.

    The cost of an entry grows with the logarithm of their number, so that thousands of schedules do not slow
    down the ones that are due.

    Args:
        clock: the present moment.
        is_live: whether an entry still matters; the others are dropped once they are the majority.
    """

    # The system clock may be set, and a laptop may sleep; a longer wait would notice too late.
    MAX_WAIT_SECONDS = 1.0

    def __init__(self, clock: Callable[[], datetime], is_live: Callable[[T], bool]) -> None:
        self._clock = clock
        self._is_live = is_live
        self._entries: list[tuple[datetime, int, T]] = []
        self._order = count()
        self._changed = Condition()
        self._prune_at = 1024

    def __len__(self) -> int:
        return len(self._entries)

    def add(self, due: datetime, item: T) -> None:
        """Put in an item to be taken out at `due`, or at once if that has passed."""
        with self._changed:
            heapq.heappush(self._entries, (due, next(self._order), item))
            if len(self._entries) > self._prune_at:
                self._prune()
            self._changed.notify()

    def _prune(self) -> None:
        self._entries = [entry for entry in self._entries if self._is_live(entry[2])]
        heapq.heapify(self._entries)
        self._prune_at = max(1024, 2 * len(self._entries))

    def take_due(self) -> list[tuple[datetime, T]]:
        """Take out the live items that are due, the earliest first."""
        now, due = self._clock(), []
        with self._changed:
            while self._entries and self._entries[0][0] <= now:
                moment, _, item = heapq.heappop(self._entries)
                if self._is_live(item):
                    due.append((moment, item))
        return due

    def wait(self) -> None:
        """Return when the first item is due, when something changed, and after a second at the latest."""
        with self._changed:
            seconds = self.MAX_WAIT_SECONDS
            if self._entries:
                seconds = min(seconds, (self._entries[0][0] - self._clock()).total_seconds())
            if seconds > 0:
                self._changed.wait(seconds)

    def wake(self) -> None:
        """End a wait."""
        with self._changed:
            self._changed.notify_all()
