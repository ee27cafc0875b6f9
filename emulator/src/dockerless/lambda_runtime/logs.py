"""Stores what functions log in fewer calls: LocalStack makes one for each invocation."""

from collections import deque
from collections.abc import Callable
from queue import Empty, Queue
from typing import Any

from localstack.runtime import hooks
from localstack.utils.patch import patch

_ITEMS_AT_MOST = 100
"""That are taken together, so that a call stays far below what CloudWatch Logs takes."""


class MergingQueue(Queue[Any]):
    """Hands out what has gathered for one log stream as one item. Only one thread takes from it."""

    def __init__(self) -> None:
        super().__init__()
        self._merged: deque[Any] = deque()

    def get(self, *args: Any, **kwargs: Any) -> Any:
        if not self._merged:
            self._merged.extend(merged([super().get(*args, **kwargs), *self._waiting()]))
        return self._merged.popleft()

    def _waiting(self) -> list[Any]:
        items: list[Any] = []
        try:
            while len(items) < _ITEMS_AT_MOST:
                items.append(super().get_nowait())
        except Empty:
            pass
        return items


def merged(items: list[Any]) -> list[Any]:
    """The items, those of one stream as one and in their order; the order to stop stays last."""
    from localstack.services.lambda_.invocation.logs import LogItem

    streams: dict[tuple[str, str], list[str]] = {}
    others = []
    for item in items:
        if isinstance(item, LogItem):
            streams.setdefault((item.log_group, item.log_stream), []).append(item.logs)
        else:
            others.append(item)
    return [LogItem(*stream, logs="".join(logs)) for stream, logs in streams.items()] + others


@hooks.on_infra_start()
def merge_logs() -> None:
    from localstack.services.lambda_.invocation.logs import LogHandler

    @patch(LogHandler.__init__)
    def _init(original: Callable[..., None], handler: Any, *args: Any, **kwargs: Any) -> None:
        original(handler, *args, **kwargs)
        handler.log_queue = MergingQueue()
