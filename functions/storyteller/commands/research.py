"""One research card."""

from collections.abc import Mapping
from typing import Any

from nightshift.worker.task import Plan

_PASSED_ON = ("topic", "language", "seed")


def plan(params: Mapping[str, Any], iteration: int) -> Plan:
    """A card is one invocation, whatever ``iteration`` says."""
    # `--name=value` in one argument: a value may begin with a dash, or be a word that the program knows.
    options = [f"--{name}={params[name]}" for name in _PASSED_ON if name in params]
    tags = [f"--tags={tag}" for tag in params.get("tags", ())]
    return Plan(arguments=(*options, *tags))
