"""Runs one command of the storyteller program as one step of a job."""

import importlib
import sys
from collections.abc import Mapping
from typing import Any, Protocol

from nightshift.worker.errors import InputError
from nightshift.worker.runner import StepRunner
from nightshift.worker.task import Plan, Task


class _Context(Protocol):
    def get_remaining_time_in_millis(self) -> int: ...


def handler(event: Mapping[str, Any], context: _Context) -> dict[str, Any]:
    """A state machine's task: ``Task.from_event`` says what goes in, ``StepRunner.run`` what comes out."""
    task = Task.from_event(event)
    # -u: lines reach the log when they are printed, not when a buffer is full.
    program = (sys.executable, "-u", "-m", "storyteller", task.command)
    return StepRunner(task, program, _plan(task)).run(context.get_remaining_time_in_millis() / 1000)


def _plan(task: Task) -> Plan:
    name = f"commands.{task.command}"
    try:
        module = importlib.import_module(name)
    except ModuleNotFoundError as error:
        if error.name != name:
            raise
        raise InputError(f"This image has no command {task.command!r}.") from error
    plan: Plan = module.plan(task.params, task.iteration)
    return plan
