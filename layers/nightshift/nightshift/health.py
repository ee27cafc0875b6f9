"""Whether the services that the API rests on answer."""

import logging
from collections.abc import Callable
from typing import Literal

from botocore.exceptions import BotoCoreError, ClientError

from nightshift.clients import dynamodb, events, functions, s3, stepfunctions
from nightshift.job_types import JOB_TYPES
from nightshift.settings import settings

logger = logging.getLogger(__name__)

CheckResult = Literal["ok", "error"]


class NotListeningError(Exception):
    """Changes in the table are not told of."""


def check() -> dict[str, CheckResult]:
    """Each dependency by name; what is wrong with one goes to the log, not to the client."""
    checks: dict[str, Callable[[], object]] = {
        "table": _table,
        "state_machines": _state_machines,
        "bucket": lambda: s3().head_bucket(Bucket=settings().bucket_name),
        "listener": _listener,
        "bus": lambda: events().describe_event_bus(Name=settings().event_bus_name),
    }
    return {name: _result(name, probe) for name, probe in checks.items()}


def _result(name: str, probe: Callable[[], object]) -> CheckResult:
    try:
        probe()
    except (ClientError, BotoCoreError, NotListeningError):
        logger.exception("health check failed: %s", name)
        return "error"
    return "ok"


def _table() -> None:
    key = {"pk": {"S": "SCHEDULER"}, "sk": {"S": "STATE"}}
    dynamodb().get_item(TableName=settings().table_name, Key=key)


def _listener() -> None:
    """The trigger: whether the table's changes are handed to the listener."""
    state = functions().get_event_source_mapping(UUID=settings().listener_mapping_id)["State"]
    if state not in ("Enabled", "Updating"):
        raise NotListeningError(f"the listener's event source mapping is {state}")


def _state_machines() -> None:
    for name in JOB_TYPES:
        stepfunctions().describe_state_machine(stateMachineArn=settings().state_machine_prefix + name)
