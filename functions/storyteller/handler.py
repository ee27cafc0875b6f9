"""Runs one command of the storyteller program as one step of a job."""

import importlib
import pkgutil
import sys
from collections.abc import Mapping
from typing import Any, Protocol

import commands
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
    if task.command not in {module.name for module in pkgutil.iter_modules(commands.__path__)}:
        raise InputError(f"This image has no command {task.command!r}.")
    plan: Plan = importlib.import_module(f"commands.{task.command}").plan(task)
    return plan
