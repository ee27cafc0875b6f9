"""Runs the newsroom program as the one step of an article's job."""

import sys
from collections.abc import Mapping
from typing import Any, Protocol

from nightshift.worker.runner import StepRunner
from nightshift.worker.task import Task
from plans import plan


class _Context(Protocol):
    def get_remaining_time_in_millis(self) -> int: ...


def handler(event: Mapping[str, Any], context: _Context) -> dict[str, Any]:
    """A state machine's task: ``Task.from_event`` says what goes in, ``StepRunner.run`` what comes out."""
    task = Task.from_event(event)
    # -u: lines reach the log when they are printed, not when a buffer is full.
    program = (sys.executable, "-u", "-m", "newsroom", task.command)
    return StepRunner(task, program, plan(task)).run(context.get_remaining_time_in_millis() / 1000)
