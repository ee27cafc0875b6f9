"""A worker's container as a Fargate task: does all that is left of one run, with the handler that Lambda would call.

``python -m nightshift.in_task`` in the image of any worker function, with ``JOB_ID`` and ``RUN_NUMBER`` in the
environment: what a run works on may be larger than what can be handed to a task. The steps are told as the state
machines of their types tell them, and recorded by the same runner, so the run ends by what the table says of them.
"""

import faulthandler
import importlib
import os
import sys
import time
from collections.abc import Callable, Mapping
from typing import Any

from nightshift import executions
from nightshift.job_types import JOB_TYPES
from nightshift.models.run import Run
from nightshift.store.reads import find_run
from nightshift.worker.errors import StepError

# Beyond a step's timeout_seconds: to end its program, and to store what that has made.
_SECONDS_TO_END = 300

type Handler = Callable[[Mapping[str, Any], Any], dict[str, Any]]


class Unhurried:
    """The context of a handler that only the run's own ``timeout_seconds`` bounds."""

    def get_remaining_time_in_millis(self) -> int:
        return sys.maxsize


def work(run: Run, handler: Handler) -> None:
    """Do the run's steps and iterations one after another, as its type's state machine does.

    Raises:
        StepError: one of them failed; it is recorded, and those after it are not begun.
    """
    given = executions.input_of(run)
    steps = JOB_TYPES[run.type].steps
    done = given["stages"]["done"]
    so_far = given["loop"] | {"more": True}
    while so_far["more"]:
        step = steps[min(so_far["iteration"], len(steps) - 1)]
        # What a program has several steps for it has as many commands for; else its command is named as the type.
        command = step if len(steps) > 1 else run.type
        event = {"run": given["run"], "params": given["params"], "command": command, "step": step}
        # A worker that hangs ends with its task, as it would with its time in Lambda.
        faulthandler.dump_traceback_later(run.timeout_seconds + _SECONDS_TO_END, exit=True)
        try:
            so_far = handler(event | so_far | {"done": done, "alone": given["stages"]["alone"]}, Unhurried())
        finally:
            faulthandler.cancel_dump_traceback_later()
        done[step] = {"output": so_far["result"], "prefix": run.prefix}
        if so_far["more"]:
            time.sleep(run.params_snapshot.get("interval_seconds", 0))


def main() -> None:
    job_id, run_number = os.environ["JOB_ID"], int(os.environ["RUN_NUMBER"])
    run = find_run(job_id, run_number)
    if run is None:
        sys.exit(f"Job {job_id} has no run {run_number}.")
    try:
        work(run, importlib.import_module("handler").handler)
    except StepError as error:
        sys.exit(f"{type(error).__name__}: {error}")


if __name__ == "__main__":
    main()
