"""The queue of things to do at a moment."""

from datetime import UTC, datetime, timedelta
from threading import Thread

from dockerless.scheduler.timeline import Timeline

NOON = datetime(2026, 1, 1, 12, 0, tzinfo=UTC)


def test_due_items_come_out_in_order_and_once() -> None:
    timeline = Timeline[str](lambda: NOON, lambda item: True)
    for minutes, item in ((1, "later"), (-1, "second"), (-2, "first"), (0, "third"), (0, "fourth")):
        timeline.add(NOON + timedelta(minutes=minutes), item)
    assert [item for _, item in timeline.take_due()] == ["first", "second", "third", "fourth"]
    assert timeline.take_due() == []
    assert len(timeline) == 1


def test_dead_items_neither_come_out_nor_pile_up() -> None:
    live: set[int] = set()
    timeline = Timeline[int](lambda: NOON, live.__contains__)
    for item in range(100_000):
        live.clear()
        live.add(item)
        timeline.add(NOON + timedelta(days=365), item)
    assert len(timeline) <= 2048


def test_a_new_item_ends_a_wait() -> None:
    timeline = Timeline[str](lambda: NOON, lambda item: True)
    timeline.MAX_WAIT_SECONDS = 60
    waiter = Thread(target=timeline.wait, daemon=True)
    waiter.start()
    while waiter.is_alive():
        # Not only once: the thread may not have begun to wait yet.
        timeline.add(NOON + timedelta(hours=1), "x")
        waiter.join(0.01)
        assert len(timeline) < 500
