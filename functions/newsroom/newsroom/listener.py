"""Hears of the crew's progress."""

from collections.abc import Callable
from typing import Any

from crewai.events import TaskCompletedEvent, crewai_event_bus


def listen(passed: Callable[[str], None]) -> None:
    """Call ``passed`` with the task's name whenever a task is completed."""

    @crewai_event_bus.on(TaskCompletedEvent)
    def completed(source: Any, _event: TaskCompletedEvent) -> None:
        passed(str(source.name))
