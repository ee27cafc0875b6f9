"""One story an invocation; the state machine makes the loop."""

from collections.abc import Mapping
from typing import Any

from nightshift.worker.task import Plan

_PASSED_ON = ("topic", "target_length", "language")


def plan(params: Mapping[str, Any], iteration: int) -> Plan:
    """With a seed, each story of the job gets the next one: the job is repeatable, its stories differ."""
    options = {name: params[name] for name in _PASSED_ON if name in params}
    if "seed" in params:
        options["seed"] = int(params["seed"]) + iteration
    return Plan(
        # `--name=value` in one argument: a value may begin with a dash.
        arguments=(
            "--max-stories=1",
            *(f"--{name.replace('_', '-')}={value}" for name, value in options.items()),
        ),
        iterations=int(params.get("max_stories", 1)),
        duration_seconds=params.get("duration_seconds"),
        interval_seconds=params.get("interval_seconds", 0),
    )
